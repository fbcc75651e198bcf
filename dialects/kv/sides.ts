/** What attention remembers of each token. */
export const sides = ["keys", "values"] as const;
export type Side = (typeof sides)[number];
