/** A process of its own that takes the lock of a directory, says so, and holds it until it is killed or told to let go. */
import { lockDataDirectory } from "../../../adapters/lock/lock.ts";

try {
  const lock = await lockDataDirectory(process.argv[2]!);
  process.stdout.write("held\n");
  process.stdin.once("data", () => {
    void lock.release().then(() => process.exit(0));
  });
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
  process.exit(3);
}
