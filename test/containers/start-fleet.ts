/**
 * The fleet that the tests of containers share: the image built by the Dockerfile, stand-ins for what users pull, a
 * compose project, and restless strategies that keep what they are told. What earlier runs left behind, killed before they could
 * clear up, goes first.
 */
import { restless, twelve } from "../e2e/settings.ts";
import { Fleet } from "./fleet.ts";
import { influxImage, natsImage, nodeImage, redisImage } from "./images.ts";
import { Podman } from "./podman.ts";
import { shoalImage } from "./shoal-image.ts";
import { sweep } from "./sweep.ts";

export const STRATEGIES = 20;
/** Market time per wall time. */
const SPEED = 30;
/** The sandbox's own five, and what trades on them. */
export const symbols = twelve.slice(0, 5);
export const ACTORS = STRATEGIES + symbols.length + 4; // exchange, recorder, portfolio, execution
/** While working on these tests: the build is most of their time. */
const keepsImage = process.env["SHOAL_KEEP_IMAGE"] === "1";

export interface Started {
  readonly podman: Podman;
  readonly fleet: Fleet;
  readonly image: string;
  /** The stand-in for the Node image that ours was built on. */
  readonly node: string;
  /** Everything of this run is gone, however far it came; the image too, unless SHOAL_KEEP_IMAGE=1. */
  clear(): Promise<void>;
}

/** Nothing runs yet: `fleet.up`. */
export const startFleet = async (): Promise<Started> => {
  const podman = new Podman();
  try {
    sweep(podman);
    const node = await nodeImage(podman);
    const image = await shoalImage(podman, node);
    const images = {
      SHOAL_IMAGE: image,
      NATS_IMAGE: await natsImage(podman),
      REDIS_IMAGE: await redisImage(podman),
      INFLUX_IMAGE: await influxImage(podman),
    };
    await podman.serve();
    const settings = restless({ strategies: STRATEGIES, symbols, capital: "2000", params: { keeps: true } });
    const fleet = new Fleet({ podman, images, settings, speed: SPEED });
    return {
      podman,
      fleet,
      image,
      node,
      async clear() {
        try {
          await fleet.down();
          if (!keepsImage) await podman.do("rmi", "--force", image).catch(() => undefined);
        } finally {
          podman.close();
        }
      },
    };
  } catch (error) {
    podman.close();
    throw error;
  }
};
