/** One thing that set-up sees to. */
export interface Part {
  /** Cheap: asked at every start. */
  isReady(): Promise<boolean>;
  /** @throws SetupError when a person has to do something first. */
  make(): Promise<void>;
}
