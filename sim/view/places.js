// Where pieces of the view stand. A piece is a file of its own that calls `addPiece({ name, place, build })`;
// `build(box, ask, view)` fills its box once and returns what it does when something comes, each if it wants:
// { levers(content), answer(answer), more(more), status(told), message(content, buffers) }. `view`: { root, model }.
// A piece is shown where the engine can do it: its name stands in `levers.can`.

const PIECES = [];
const PLACES = {
  opening: "levers, below the steps back and forth",
  split: "levers, below the sum of the money",
  asked: "levers, beside what is compared with",
  assumptions: "levers, below world and horizon",
  keeping: "levers, below the name under which a scenario is kept",
  handing: "levers, where things are handed over",
  figures: "levers, where figures are brought in",
  over: "answer, above everything: what is laid before the planner",
  behind: "answer, below charts and chances",
  tries: "answer, below what was tried",
};

function addPiece(piece) {
  if (!(piece.place in PLACES)) throw new Error(`no such place: ${piece.place}`);
  PIECES.push(piece);
}

function makePlaces() {
  const boxes = {};
  const made = [];

  function put(name, parent) {
    boxes[name] = node("div", "cs-pieces", parent);
    boxes[name].dataset.place = name;
  }

  function build(ask, view) {
    for (const piece of PIECES) {
      const box = node("div", "cs-piece", boxes[piece.place]);
      box.dataset.piece = piece.name;
      box.hidden = true;
      made.push({ piece, box, hears: piece.build(box, ask, view) || {} });
    }
  }

  function tell(what, ...content) {
    for (const { piece, box, hears } of made) {
      if (what === "levers") box.toggleAttribute("hidden", !content[0].can.includes(piece.name));
      if (hears[what] && !box.hidden) hears[what](...content);
    }
  }
  return { put, build, tell };
}
