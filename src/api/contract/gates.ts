import { Type } from 'typebox';
import {
  LoadtestWishesSchema,
  SmokeWishesSchema,
  ValidateWishesSchema,
} from '../../config/gates/wishes-schema.js';
import { keptFormats } from '../../gates/report/kept-report.js';

/** Which version is tested. */
export const VersionParams = Type.Object({ model: Type.String(), version: Type.String() });

export const ReportQuery = Type.Object({
  format: Type.Enum([...keptFormats], {
    default: 'json',
    description: 'html is that of load tests.',
  }),
});

const against = Type.Optional(
  Type.String({ description: 'A version of the model; what is stable where it is left out.' }),
);

/** The same words as under `gates` in serin.yaml. */
export const ValidateRequest = Type.Object(
  { ...ValidateWishesSchema.properties, against },
  { additionalProperties: false },
);

export const SmokeRequest = Type.Object(SmokeWishesSchema.properties, {
  additionalProperties: false,
});

export const LoadtestRequest = Type.Object(
  { ...LoadtestWishesSchema.properties, against },
  { additionalProperties: false },
);
