/** The package's own declarations are out of reach of its `exports`; these are the functions that the quiz uses. */
declare module "cephes" {
  /** The functions are WebAssembly, and there once this is fulfilled. */
  export const compiled: Promise<void>;
  /** Regularised incomplete beta function I_x(a, b). */
  export function incbet(a: number, b: number, x: number): number;
  /** Inverse of the standard normal distribution function. */
  export function ndtri(y: number): number;
}
