// Draws the playground's board: the network as a graph of small heat maps, and the large picture
// with its points. The scene (sizes, names, points) comes here, once; pictures come by a component
// of a few lines, many times a second, and are handed on to `draw`. The parts of this script are
// joined by playground_board.py.

const CSS = `
:host { display: block }
.board { position: relative; min-height: 300px; font-family: var(--st-font); color: var(--st-text-color) }
canvas { position: absolute; left: 0; top: 0; display: block }
.keys { position: absolute; inset: 0; outline: none; border-radius: 6px; -webkit-tap-highlight-color: transparent }
.keys:focus-visible { box-shadow: 0 0 0 2px var(--st-primary-color) }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`;

const registry = (globalThis.gradientGymBoard ??= {});
registry.scenes ??= new Map();
registry.waiting ??= new Map(); // roots with what they were last asked to draw
const boards = new WeakMap(); // root: what its board knows

// ---- drawing -----------------------------------------------------------------------------------

function context(board, canvas) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(board.width * ratio), Math.round(board.place.height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${board.width}px`;
    canvas.style.height = `${board.place.height}px`;
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, board.width, board.place.height);
  return ctx;
}

function drawBase(board) {
  const ctx = context(board, board.base);
  ctx.textBaseline = "alphabetic";
  drawSurface(board, ctx);
  drawPoints(board, ctx);
  drawAxes(board, ctx);
  drawLegend(board, ctx);
  drawWeights(board, ctx);
  drawResiduals(board, ctx);
  drawTiles(board, ctx);
  drawBiases(board, ctx);
  drawOutputs(board, ctx);
  drawHeadings(board, ctx);
  drawKey(board, ctx);
}

function drawOver(board) {
  const { scene, picture, unit, hover, focus, hasFocus } = board;
  const ctx = context(board, board.over);
  const pinned = pinnedItem(board);
  if (pinned) HIGHLIGHTS[pinned.kind](board, ctx, pinned);
  if (unit) highlightUnit(board, ctx, unit[0], unit[1], 3);
  const row = picture.point - 1;
  if (row >= 0 && row < scene.n && inside(scene, row)) HIGHLIGHTS.point(board, ctx, { row });
  const item = hasFocus && focus ? focus : hover;
  if (item) HIGHLIGHTS[item.kind](board, ctx, item);
  drawNumbers(board, ctx);
  if (pinned?.kind === "weight") writeOn(board, ctx, pinned, [], null);
  if (item) drawTip(board, ctx, item);
}

function redraw(board) {
  if (!board.scene || !board.picture || !board.width) return;
  const key = `${board.scene.id} ${board.width}`;
  if (board.placeKey !== key) {
    board.place = arrange(board);
    board.placeKey = key;
    board.frame.style.height = `${board.place.height}px`;
  }
  const start = performance.now();
  drawBase(board);
  drawOver(board);
  board.frame.dataset.ms = (performance.now() - start).toFixed(2);
}

// ---- the component -----------------------------------------------------------------------------

function mount(root) {
  root.replaceChildren();
  const make = (tag, name, attributes = {}) => {
    const element = document.createElement(tag);
    element.className = name;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const style = document.createElement("style");
  style.textContent = CSS;
  const frame = make("div", "board");
  const base = make("canvas", "base", { role: "img" });
  const over = make("canvas", "over", { "aria-hidden": "true" });
  const keys = make("div", "keys", {
    tabindex: "0",
    role: "application",
    "aria-label": `Board. ${KEYS_TOLD}`,
  });
  const said = make("div", "said", { role: "status", "aria-live": "polite" });
  frame.append(base, over, keys, said);
  root.append(style, frame);
  const family = getComputedStyle(root.host ?? root).getPropertyValue("--st-font") || "sans-serif";
  const board = {
    frame,
    base,
    over,
    keys,
    said,
    family,
    atlases: {},
    unit: null,
    hover: null,
    focus: null,
    hasFocus: false,
    width: 0,
  };
  boards.set(root, board);
  bindPointer(board);
  bindKeys(board);
  new ResizeObserver(() => {
    const width = Math.floor(frame.clientWidth);
    if (width === board.width) return;
    board.width = width;
    redraw(board);
  }).observe(frame);
  board.width = Math.floor(frame.clientWidth);
  return board;
}

/** Draws what the component was asked to; without its scene the picture waits for it. */
function draw(component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const scene = registry.scenes.get(reader(data).header.scene);
  if (!scene) {
    registry.waiting.set(root, component);
    return;
  }
  registry.waiting.delete(root);
  const known = boards.get(root);
  const board = known && root.contains(known.frame) ? known : mount(root);
  const isOther = board.scene?.sizes.join() !== scene.sizes.join();
  board.scene = scene;
  board.picture = readPicture(scene, data);
  board.send = setTriggerValue;
  if (isOther) board.unit = board.hover = null;
  if (!exists(board, board.focus)) board.focus = null;
  if (!exists(board, board.hover)) board.hover = null;
  if (board.base.getAttribute("aria-label") !== board.picture.alt)
    board.base.setAttribute("aria-label", board.picture.alt);
  redraw(board);
}

const KEPT = 8;

export default function ({ data, parentElement }) {
  // What shows nothing takes no room between its neighbors.
  parentElement.host
    ?.closest('[data-testid="stElementContainer"]')
    ?.style.setProperty("display", "none");
  const id = new TextDecoder().decode(data.subarray(0, 8));
  if (!registry.scenes.has(id)) registry.scenes.set(id, readScene(id, data.subarray(8)));
  while (registry.scenes.size > KEPT) registry.scenes.delete(registry.scenes.keys().next().value);
  registry.draw = draw;
  for (const component of [...registry.waiting.values()]) draw(component);
}
