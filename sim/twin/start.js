// Opens the page: what it carries is read, the model made ready, the view drawn.

function browserStorage() {
  try {
    const { localStorage: storage } = window;
    storage.getItem(KEPT_AS);
    return storage;
  } catch { return null; }
}

function pageAddress() {
  return {
    read: () => window.location.hash.slice(1),
    write: (fragment) => {
      try {
        window.history.replaceState(null, "", `#${fragment}`);
      } catch { /* some browsers allow no change of a file's address */ }
    },
  };
}

function startPage(makeEngine, render) {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const place = document.getElementById("planner");
  const face = read("face");
  try {
    const session = openSession(face, makeEngine(read("model")), { storage: browserStorage(), address: pageAddress(), held: face.held });
    const { model } = session;
    const named = () => { document.documentElement.lang = model.get("answer").lang || face.lang; };
    place.replaceChildren();
    render({ model, el: place });
    named();
    model.on("change:answer", named);
    window.addEventListener("hashchange", () => session.shownElsewhere());
  } catch (error) {
    place.dataset.failed = String(error && error.name);
    document.getElementById("failed").hidden = false;
    throw error;
  }
}
