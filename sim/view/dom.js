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

// A value is put into a field unless it is just being typed there.
function setValue(field, value) {
  if (field.value !== String(value) && !(document.activeElement === field && field.dataset.typing)) field.value = value;
}

function typed(field, act) {
  field.addEventListener("input", () => { field.dataset.typing = "1"; });
  field.addEventListener("change", () => { delete field.dataset.typing; act(field.value); });
  field.addEventListener("blur", () => { delete field.dataset.typing; });
}

let lastId = 0;
function freshId(name) {
  lastId += 1;
  return `cs-${name}-${lastId}`;
}
