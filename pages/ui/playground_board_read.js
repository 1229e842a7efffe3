// What the board reads: bytes into scenes and pictures, with their colors and their words.

const SIZE = 64; // of the large picture, as it comes
const INPUT_TILE = 32;
const MIDDLE = 127; // the byte of zero
const POINTS_TO_REACH = 16000;
const DEEP = 0.55; // share of a color in the large picture where it is surest: points stay seen
const FLAT = 0.45;

// ---- reading -----------------------------------------------------------------------------------

function reader(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  const take = (n) => bytes.slice(at, (at += n));
  return {
    header,
    bytes: take,
    floats: (n) => new Float32Array(take(4 * n).buffer),
    shorts: (n) => new Int16Array(take(2 * n).buffer),
  };
}

function readScene(id, bytes) {
  const from = reader(bytes);
  const s = from.header;
  s.id = id;
  const at = from.shorts(2 * s.n);
  s.x = Float32Array.from({ length: s.n }, (_, i) => at[2 * i] / POINTS_TO_REACH);
  s.y = Float32Array.from({ length: s.n }, (_, i) => at[2 * i + 1] / POINTS_TO_REACH);
  s.marks = from.bytes(s.n);
  s.trains = from.bytes(s.n);
  s.inputPictures = from.bytes(s.inputs.length * INPUT_TILE * INPUT_TILE);
  s.outputs = s.labels.length > 2 ? s.labels.length : 1;
  s.sizes = [s.inputs.length, ...s.units, s.outputs];
  s.paints = paints(s);
  return s;
}

function readPicture(scene, bytes) {
  const from = reader(bytes);
  const p = from.header;
  const cells = SIZE * SIZE;
  p.surface = from.bytes(cells);
  p.ahead = scene.outputs > 1 ? from.bytes(cells) : null;
  p.tiles = scene.units.map((n) => from.bytes(n * p.tile * p.tile));
  p.W = scene.weights.map((_, k) => from.floats(scene.sizes[k] * scene.sizes[k + 1]));
  p.b = scene.biases.map((_, k) => from.floats(scene.sizes[k + 1]));
  p.large = p.unit[0] ? from.bytes(cells) : null;
  return p;
}

// ---- colors ------------------------------------------------------------------------------------

const rgb = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
const mix = (a, b, share) => a.map((v, k) => Math.round(v + (b[k] - v) * share));
const packed = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;
const css = ([r, g, b]) => `rgb(${r},${g},${b})`;

function paints({ colors }) {
  const ground = rgb(colors.background);
  const signs = colors.signs.map(rgb);
  const ramp = (most) =>
    Uint32Array.from({ length: 255 }, (_, v) =>
      packed(mix(ground, signs[+(v > MIDDLE)], most * (Math.abs(v - MIDDLE) / MIDDLE) ** 0.8)),
    );
  const classes = colors.classes.map((color) =>
    Uint32Array.from({ length: 256 }, (_, v) =>
      packed(mix(ground, rgb(color), DEEP * (v / 255) ** 0.8)),
    ),
  );
  return {
    large: ramp(DEEP),
    small: ramp(0.95),
    classes,
    flat: signs.map((c) => packed(mix(ground, c, FLAT))),
    flatClasses: colors.classes.map((c) => packed(mix(ground, rgb(c), FLAT))),
  };
}

// ---- words -------------------------------------------------------------------------------------

function told(value) {
  if (!Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const text =
    Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3
      ? value.toExponential(1)
      : String(+value.toPrecision(3));
  return text.replaceAll("-", "−");
}

const short = (value) =>
  told(Math.abs(value) < 0.005 ? 0 : +value.toFixed(Math.abs(value) < 10 ? 2 : 0));
const isLast = (scene, column) => column === scene.sizes.length - 1;

function unitName(scene, column, unit) {
  if (column === 0) return scene.inputs[unit];
  if (isLast(scene, column))
    return scene.outputs > 1 ? `output ${scene.labels[unit]}` : "the output";
  return `hidden ${column}, unit ${unit + 1}`;
}

function entryName(scene, item) {
  if (item.kind === "bias") return `${scene.biases[item.column - 1]} ${item.unit + 1}`;
  return `${scene.weights[item.layer]} ${item.from + 1},${item.to + 1}`;
}

function weightOf({ scene, picture }, item) {
  return picture.W[item.layer][item.from * scene.sizes[item.layer + 1] + item.to];
}

/** The item in one line. */
function inWords(board, item) {
  const { scene, picture } = board;
  if (item.kind === "weight") {
    const [from, to] = [
      unitName(scene, item.layer, item.from),
      unitName(scene, item.layer + 1, item.to),
    ];
    return `${entryName(scene, item)} = ${told(weightOf(board, item))}: ${from} to ${to}`;
  }
  if (item.kind === "bias")
    return `${entryName(scene, item)} = ${told(picture.b[item.column - 1][item.unit])}: bias of ${unitName(scene, item.column, item.unit)}`;
  if (item.kind === "unit") return unitInWords(board, item);
  if (item.kind === "point") return pointInWords(board, item.row);
  return `place ${placeInWords(scene, item.x, item.y)}`;
}

/** The same, with what the network says there. */
function inFull(board, item) {
  if (item.kind !== "point" && item.kind !== "place") return inWords(board, item);
  const [x, y] =
    item.kind === "point" ? [board.scene.x[item.row], board.scene.y[item.row]] : [item.x, item.y];
  return [inWords(board, item), saysInWords(board, x, y)].filter(Boolean).join("; ");
}

function unitInWords({ scene, picture }, { column, unit }) {
  const name = unitName(scene, column, unit);
  if (column === 0) return `input ${name}`;
  const bias = `bias ${told(picture.b[column - 1][unit])}`;
  return isLast(scene, column)
    ? `${name}, ${bias}`
    : `${name} of ${scene.sizes[column]}, ${scene.kinds[column - 1]}, ${bias}`;
}

const inUnits = (scene, axis, share) =>
  scene.scales[axis][0] + scene.scales[axis][1] * share * scene.reach;
const placeInWords = (scene, x, y) =>
  `${scene.titles[0]} ${told(inUnits(scene, 0, x))}, ${scene.titles[1]} ${told(inUnits(scene, 1, y))}`;

function valueInWords(scene, share) {
  const [mean, sd, most] = scene.target;
  return `${told(mean + sd * most * share)}${scene.unit ? ` ${scene.unit}` : ""}`;
}

function pointInWords({ scene }, row) {
  const mark = scene.marks[row];
  const what = scene.labels.length
    ? scene.labels[mark]
    : `value ${valueInWords(scene, (mark - MIDDLE) / MIDDLE)}`;
  return `${scene.trains[row] ? "training" : "test"} point ${row + 1}, ${what}: ${placeInWords(scene, scene.x[row], scene.y[row])}`;
}

/** What the network says at a place (shares of the reach), in words. */
function saysInWords({ scene, picture, unit }, x, y) {
  const at = (v) => Math.min(SIZE - 1, Math.max(0, Math.round(((v + 1) / 2) * (SIZE - 1))));
  const cell = at(y) * SIZE + at(x);
  if (unit) return "";
  if (scene.outputs > 1)
    return `says ${scene.labels[picture.surface[cell]]}, ${told(+(picture.ahead[cell] / 255).toFixed(2))} ahead of the next`;
  const share = (picture.surface[cell] - MIDDLE) / MIDDLE;
  if (scene.labels.length)
    return `says ${scene.labels[+(share > 0)]} with ${Math.round(50 + 50 * Math.abs(share))}%`;
  return `says ${valueInWords(scene, share)}`;
}
