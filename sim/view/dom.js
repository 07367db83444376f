// Small helpers of the view. Texts become text nodes; only what Python has escaped is set as HTML.

function node(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

function button(name, parent, act) {
  const made = node("button", name, parent);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

// Writing what is there already would make the browser lay the element out again.
function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
}

function setHtml(target, html) {
  if (target.dataset.html !== html) {
    target.innerHTML = html;
    target.dataset.html = html;
  }
}

// Makes the content of a place what the HTML says by changing only what differs: what stays is not laid out again,
// keeps its focus and is not read out anew. Places filled later ([data-more]) and opened details are left alone.
function patchHtml(target, html) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  patchChildren(target, wanted.content);
}

function patchChildren(target, wanted) {
  const coming = [...wanted.childNodes];
  const kept = presentFor(coming, [...target.childNodes]);
  for (const present of [...target.childNodes]) if (!kept.includes(present)) present.remove();
  coming.forEach((next, place) => {
    const present = kept[place];
    if (!present) target.insertBefore(next, target.childNodes[place] || null);
    else {
      if (target.childNodes[place] !== present) target.insertBefore(present, target.childNodes[place]);
      if (next.nodeType === Node.ELEMENT_NODE) patchElement(present, next);
      else if (present.data !== next.data) present.data = next.data;
    }
  });
}

// What is there already for each node that comes: the one of its name, else the next nameless one of its kind. By place
// alone, a note that comes or goes would hand its neighbour's opened details on to another.
function presentFor(coming, found) {
  const names = coming.map(nameOf);
  const named = found.filter((present) => names.includes(nameOf(present)) && nameOf(present));
  const others = found.filter((present) => !named.includes(present));
  return coming.map((next, place) => {
    const mine = (present) => present.nodeName === next.nodeName && (!names[place] || nameOf(present) === names[place]);
    const pool = names[place] && named.some(mine) ? named : others;
    const at = pool.findIndex(pool === named ? mine : (present) => present.nodeName === next.nodeName);
    return at < 0 ? null : pool.splice(at, 1)[0];
  });
}

// The id or data-key of an element; details go by their summary.
function nameOf(item) {
  if (item.nodeType !== Node.ELEMENT_NODE) return "";
  const summary = item.nodeName === "DETAILS" ? item.querySelector(":scope > summary") : null;
  return item.id || item.dataset.key || (summary ? summary.textContent : "");
}

function patchElement(present, next) {
  if (present.isEqualNode(next)) return; // most of an answer stays, and the browser sees that sooner than we do
  if (next.dataset.more !== undefined && present.dataset.more === next.dataset.more) return;
  for (const { name, value } of next.attributes) setAttribute(present, name, value);
  for (const { name } of [...present.attributes]) {
    if (!next.hasAttribute(name) && name !== "open") present.removeAttribute(name);
  }
  patchChildren(present, next);
}

// Where letters are typed: keys pressed there belong to the text, and it keeps the focus.
const NO_LETTERS = ["range", "checkbox", "radio", "file", "button", "submit"];
const isText = (element) => Boolean(element) && (
  element.nodeName === "TEXTAREA" || element.isContentEditable
  || (element.nodeName === "INPUT" && !NO_LETTERS.includes(element.type))
);

// What has come takes the focus, unless somebody is typing elsewhere.
function offerFocus(target) {
  if (!isText(document.activeElement)) target.focus();
}

// The children of `coming` take the places of those there are. The one in which somebody is typing stays as it is where
// its data-key comes again; what else had the focus hands it to what has the same data-focus, or to the first that has one.
function replaceAround(present, coming) {
  const focused = present.contains(document.activeElement) ? document.activeElement : null;
  const kept = isText(focused) ? [...present.children].find((one) => one.contains(focused)) : null;
  const next = [...coming.childNodes];
  const place = kept && kept.dataset.key ? next.findIndex((one) => one.dataset?.key === kept.dataset.key) : -1;
  if (place >= 0) {
    for (const one of [...present.childNodes]) if (one !== kept) one.remove();
    kept.before(...next.slice(0, place));
    kept.after(...next.slice(place + 1));
    return;
  }
  present.replaceChildren(...next);
  if (!focused) return;
  const named = [...present.querySelectorAll("[data-focus]")];
  (named.find((one) => one.dataset.focus === focused.dataset.focus) || named[0] || present).focus();
}

// A slider that is held, or walked by keys faster than answers come, stays where the hand has put it.
function setSlider(slider, value) {
  const waits = slider === document.activeElement && slider.closest(".cs-view")?.dataset.busy === "1";
  if (!waits && !slider.matches(":active") && slider.value !== String(value)) slider.value = value;
}

// A value is put into a field unless it is just being typed there.
function setValue(field, value) {
  if (field.value !== String(value) && !(document.activeElement === field && field.dataset.typing)) field.value = value;
}

// A field that shows a figure of the plan: as long as nothing is being typed there, a step back is the plan's.
function typed(field, act) {
  field.dataset.plan = "1";
  field.addEventListener("input", () => { field.dataset.typing = "1"; });
  field.addEventListener("change", () => { delete field.dataset.typing; act(field.value); });
  field.addEventListener("blur", () => { delete field.dataset.typing; });
}

let lastId = 0;
function freshId(name) {
  lastId += 1;
  return `cs-${name}-${lastId}`;
}

// A chooser with its label, in a row of its own.
function choiceRow(parent, name) {
  const row = node("div", "cs-choice", parent);
  const label = node("label", "", row);
  const select = node("select", "", row);
  select.id = label.htmlFor = freshId(name);
  return { row, label, select };
}
