// What an ad would cost, below its form, while it is being filled in; and a suggestion that a refusal made, applied by
// its button. The form works without this: then the server checks when it is sent.
(() => {
  const PAUSE = 400;
  let timer = 0;
  let latest = 0;
  const find = (selector) => document.querySelector(`.prompt-form ${selector}`);

  const wish = () => {
    const data = new FormData(document.querySelector(".prompt-form"));
    const text = (name) => (data.get(name) ?? "").toString().trim();
    const voice = text("voice");
    const request = { prompt: text("prompt"), aspect_ratio: text("aspect_ratio"), duration_seconds: Number(text("duration_seconds")) };
    if (voice) request.voice = true;
    if (voice === "captioned") request.captions = true;
    if (text("model")) request.model = text("model");
    if (text("animatic")) request.animatic = true;
    if (text("art_direction")) request.art_direction = text("art_direction");
    if (/^\d+$/.test(text("seed"))) request.seed = Number(text("seed"));
    return request;
  };

  const write = (line, text, estimate) => {
    const [sum, how] = [document.createElement("strong"), document.createElement("details")];
    sum.textContent = text;
    if (!estimate || estimate.is_free) { line.replaceChildren(sum); return; }
    const [summary, list] = [document.createElement("summary"), document.createElement("ul")];
    summary.textContent = "How this was come by";
    how.open = line.querySelector("details")?.open ?? false;
    const amount = (value) => `$${value.toFixed(Math.abs(value * 100 - Math.round(value * 100)) > 1e-6 ? 4 : 2)}`;
    for (const { name, by, low_usd, high_usd, basis } of estimate.lines) {
      const range = low_usd === null || high_usd === null ? "unknown"
        : low_usd === high_usd ? amount(low_usd) : `${amount(low_usd)} to ${amount(high_usd)}`;
      const item = document.createElement("li");
      item.textContent = `${name} (${by}): ${range}, ${basis}`;
      list.append(item);
    }
    for (const note of estimate.notes) {
      const item = document.createElement("li");
      item.textContent = note;
      list.append(item);
    }
    how.append(summary, list);
    line.replaceChildren(sum, how);
  };

  const look = async () => {
    const line = document.getElementById("estimate");
    if (!line) return;
    const mine = ++latest;
    const request = wish();
    const length = [...request.prompt.replace(/\s+/g, " ")].length;
    if (length < 10 || length > 500) { line.replaceChildren(); return; }
    try {
      const answer = await fetch("/api/estimates", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      });
      const estimate = await answer.json();
      if (mine !== latest) return;
      if (!answer.ok) { line.replaceChildren(); return; }
      if (estimate.is_free) write(line, estimate.model === "studio" ? "Free: Studio draws this ad here" : "Free", estimate);
      else write(line, `Estimate: ${estimate.text} with ${estimate.model}`, estimate);
    } catch {
      if (mine === latest) line.replaceChildren();
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };

  const set = (field, value) => {
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("input", (event) => { if (event.target.closest?.(".prompt-form")) soon(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-suggestion]");
    if (button) {
      const { seconds, model } = button.dataset;
      if (seconds) set(find("[name=duration_seconds]"), seconds);
      if (model) set(find("[name=model]"), model);
      find("[type=submit]")?.focus();
    } else if (event.target.closest?.(".example")) {
      soon();
    }
  });
  soon();
})();
