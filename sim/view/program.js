// What the engine behind this page cannot do, and where it can be done.

addPiece({
  name: "program",
  place: "handing",
  build(box) {
    const told = node("p", "cs-quiet", box);
    return { levers: ({ program }) => setText(told, program) };
  },
});
