// Brings every picture component of the page to life. Without this script its links do the same, a page at a time.

import { Pictures } from "./pictures/component";
import type { Model } from "./pictures/model";
import { Store } from "./pictures/store";

const store = new Store();
for (const root of document.querySelectorAll<HTMLElement>("[data-pictures]")) {
  const model = document.getElementById(root.dataset.pictures!)!.textContent!;
  new Pictures(root, JSON.parse(model) as Model, store);
}
