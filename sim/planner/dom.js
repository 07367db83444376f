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

function setHtml(target, html) {
  if (target.dataset.html !== html) {
    target.innerHTML = html;
    target.dataset.html = html;
  }
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
