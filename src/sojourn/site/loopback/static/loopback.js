// Looks for news every second or so, and shows them without disturbing what is being typed.
const part = document.getElementById("part");
const foot = (list) => { if (list.classList.contains("thread")) list.scrollTop = list.scrollHeight; };
if (part) {
  foot(part);
  let shown = part.outerHTML;
  const address = new URL(location.href);
  address.searchParams.set("part", "1");
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(address).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("part");
    if (!fresh || fresh.outerHTML === shown) return;
    shown = fresh.outerHTML;
    document.getElementById("part").replaceWith(fresh);
    foot(fresh);
  }, Number(part.dataset.refresh));
}
