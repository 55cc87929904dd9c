// Fills the page's blank verdict in from the API's JSON. It decides nothing and knows no words: both are
// the server's. It removes what the answer lacks and sets texts as texts, never as markup.

// The values of all fields, in the page's language.
function values(answer, lang, word) {
  const claims = answer.claims ?? {};
  const coded = (name) => claims[`${name}_${lang}`];
  return {
    ...claims,
    ...answer.copy,
    level: coded("level"),
    series: coded("series"),
    obtain_method: coded("obtain_method"),
    as_of: beijing(answer.as_of),
    on_record_since: beijing(answer.on_record_since),
    reason: answer[`reason_${lang}`],
    later: word(answer.later),
    last_known: word(answer.last_known),
    index: answer.index,
    checkpoint_size: answer.checkpoint_size,
    cosignatures: answer.cosignatures,
    cosigned_at: beijing(answer.cosigned_at),
    event: answer.event,
    superseded_by: answer.superseded_by,
    // Of these only whether they are there is asked.
    claims: answer.claims,
    copy: answer.copy,
    established: filled(answer.established),
    not_established: filled(answer.not_established),
    place: [answer.on_record_since, answer.index, answer.checkpoint_size].find((value) => value != null),
  };
}

const filled = (list) => (list.length > 0 ? list : null);

// "2026-03-13T09:30:00+08:00" as "2026-03-13 09:30:00": times are Beijing's, and the page says so.
const beijing = (time) => time && time.slice(0, 19).replace("T", " ");

// The blank verdict, filled in.
export function fill(blank, answer, lang) {
  const root = blank.content.cloneNode(true);
  const word = (outcome) =>
    outcome && root.querySelector(`[data-outcome="${outcome}"] h1`).textContent;
  const value = values(answer, lang, word);
  for (const banner of root.querySelectorAll("[data-outcome]")) {
    if (banner.dataset.outcome !== answer.verdict) banner.remove();
  }
  for (const part of root.querySelectorAll("[data-if]")) {
    if (value[part.dataset.if] == null) part.remove();
  }
  for (const part of root.querySelectorAll("[data-unless]")) {
    if (value[part.dataset.unless] != null) part.remove();
  }
  for (const list of root.querySelectorAll("[data-facts]")) {
    order(list, answer[list.dataset.facts]);
  }
  for (const place of root.querySelectorAll("[data-text]")) {
    place.textContent = value[place.dataset.text] ?? "";
  }
  return root;
}

// Keeps the facts that are named, in the order in which they are.
function order(list, names) {
  const lines = new Map([...list.children].map((line) => [line.dataset.fact, line]));
  list.replaceChildren(...names.map((name) => lines.get(name)).filter(Boolean));
}

// Hands the receipt out as a file, without another request.
export function offerReceipt(root, answer) {
  const form = root.querySelector("[data-receipt]");
  form.elements.receipt.value = answer.receipt;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bytes = Uint8Array.from(atob(answer.receipt), (character) => character.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    link.download = `${answer.number ?? "title-certificate"}.receipt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}
