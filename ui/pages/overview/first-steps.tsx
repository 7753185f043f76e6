import { addressOf } from '../../data/address.js';
import { DemoOffer } from '../../parts/demo.js';

/** What to do where nothing was ever rolled out. */
export function FirstSteps() {
  return (
    <section class="card first-steps">
      <h2>Nothing was rolled out yet</h2>
      <p>
        A rollout gives a new version of a model a small share of the traffic, compares it with the
        version that is live on the same requests at the same time, gives it more step by step, and
        takes it back by itself as soon as the evidence says that it harms.
      </p>
      <ol>
        <li>
          Put a second version beside the first: <code>models/NAME/2/model.onnx</code>. It appears
          below without a restart.
        </li>
        <li>
          Send requests as you always do, to <code>POST /predict</code> or the Open Inference
          Protocol. Without traffic nothing can be compared.
        </li>
        <li>
          <a href={addressOf(['start'])}>Start a rollout</a>: choose the versions, see what it will
          do, and watch it.
        </li>
      </ol>
      <DemoOffer />
    </section>
  );
}
