import { writeTypedModels } from '../../test/models/typed-models.js';

/** `node dist/bench/clients/write-models.js DIR`: the models that `triton.py` asks. */
const [folder = 'models'] = process.argv.slice(2);
writeTypedModels(folder);
