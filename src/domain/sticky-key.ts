/** Where the key that keeps a user on one arm is found. */
export type StickyKey =
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'cookie'; readonly name: string }
  /** A field of the JSON body; dots go deeper: `parameters.user_id`. */
  | { readonly from: 'field'; readonly name: string };
