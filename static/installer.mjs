// Copies what the pages serve from node_modules (installed from the lock file) to static/vendor.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ICI = dirname(fileURLToPath(import.meta.url));
const MODULES = join(ICI, "..", "node_modules");
const FICHIERS = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
  "pico.min.css": "@picocss/pico/css/pico.min.css",
};

const vendor = join(ICI, "vendor");
rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor);
for (const [nom, source] of Object.entries(FICHIERS)) copyFileSync(join(MODULES, source), join(vendor, nom));
