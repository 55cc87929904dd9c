// The button that prints: only a page with scripts has it.
export function offerPrint(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

offerPrint(document);
