declare module "moleculer-prometheus" {
  /** A service mixin: polka serves `/metrics` of a prom-client registry. It ships no types. */
  const mixin: object;
  export default mixin;
}
