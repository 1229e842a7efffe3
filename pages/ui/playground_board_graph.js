// The network as a graph: weights, heat maps, biases, and what is chosen or pointed at.

const WEIGHT_LEVELS = 12; // widths of lines that are told apart

// ---- the graph ---------------------------------------------------------------------------------

function curve({ place }, layer, from, to) {
  const a = place.columns[layer][from];
  const b = place.columns[layer + 1][to];
  const edge = place.tile / 2;
  const isLastLayer = layer + 2 === place.columns.length;
  const [x0, x1] = [a.x + edge, b.x - (isLastLayer ? 9 : edge)];
  const middle = (x0 + x1) / 2;
  return [x0, a.y, middle, a.y, middle, b.y, x1, b.y];
}

function along([x0, y0, x1, y1, x2, y2, x3, y3], t) {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
}

const trace = (ctx, [x0, y0, ...rest]) => {
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(...rest);
};

const thickness = (level, most) => 0.6 + (most - 0.6) * (level / WEIGHT_LEVELS);
const widest = ({ place }) => Math.max(2.5, Math.min(8, place.tile * 0.2));
const crowd = ({ sizes }) => Math.max(...sizes.slice(1).map((n, k) => n * sizes[k])); // weights of a layer at most
const levelOf = (size) =>
  Math.min(WEIGHT_LEVELS, Math.round((WEIGHT_LEVELS * size) / (size + 1.5)));
const dash = (width) => [Math.max(5, 1.6 * width), Math.max(3.5, 0.9 * width)];

function eachWeight({ scene }, visit) {
  for (let layer = 0; layer < scene.sizes.length - 1; layer++)
    for (let from = 0; from < scene.sizes[layer]; from++)
      for (let to = 0; to < scene.sizes[layer + 1]; to++) visit(layer, from, to);
}

/** All weights, a path for each sign and thickness, the thinnest first. */
function drawWeights(board, ctx) {
  const { scene, picture } = board;
  const groups = Array.from({ length: 2 * (WEIGHT_LEVELS + 1) }, () => []);
  eachWeight(board, (layer, from, to) => {
    const value = picture.W[layer][from * scene.sizes[layer + 1] + to];
    groups[2 * levelOf(Math.abs(value) || 0) + +(value > 0)].push([layer, from, to]);
  });
  const most = widest(board);
  const quiet = Math.min(1, (80 / crowd(scene)) ** 0.5);
  groups.forEach((group, k) => {
    if (!group.length) return;
    const level = k >> 1;
    ctx.beginPath();
    for (const item of group) trace(ctx, curve(board, ...item));
    ctx.strokeStyle = scene.colors.signs[k & 1];
    ctx.globalAlpha = (0.22 + 0.68 * Math.min(1, level / 6)) * quiet;
    ctx.lineWidth = thickness(level, most);
    ctx.setLineDash(k & 1 ? [] : dash(ctx.lineWidth));
    ctx.stroke();
  });
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
}

/** A residual connection passes each unit on unchanged. */
function drawResiduals(board, ctx) {
  const { scene, place } = board;
  ctx.strokeStyle = scene.colors.text;
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = 1;
  ctx.beginPath();
  scene.residual.forEach((has, k) => {
    if (!has) return;
    place.columns[k].forEach((a, i) => {
      const b = place.columns[k + 1][i];
      ctx.moveTo(a.x, a.y - place.tile / 2 - 1);
      ctx.quadraticCurveTo((a.x + b.x) / 2, a.y - place.tile * 0.9, b.x, b.y - place.tile / 2 - 1);
    });
  });
  ctx.stroke();
  ctx.globalAlpha = 1;
}

function paintTiles(into, bytes, n, size, ramp) {
  const cells = size * size;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        into.pixels[(size - 1 - i) * n * size + k * size + j] =
          ramp[bytes[k * cells + i * size + j]];
  into.ctx.putImageData(into.image, 0, 0);
}

function drawTiles(board, ctx) {
  const { scene, picture, place } = board;
  const edge = place.tile;
  place.columns.slice(0, -1).forEach((column, k) => {
    const size = k ? picture.tile : INPUT_TILE;
    const name = `tiles ${k} ${column.length} ${size}`;
    const into = (board.atlases[name] ??= offscreen(column.length * size, size));
    paintTiles(
      into,
      k ? picture.tiles[k - 1] : scene.inputPictures,
      column.length,
      size,
      scene.paints.small,
    );
    column.forEach(({ x, y }, i) => {
      ctx.fillStyle = scene.colors.background;
      ctx.fillRect(x - edge / 2, y - edge / 2, edge, edge);
      ctx.drawImage(into.canvas, i * size, 0, size, size, x - edge / 2, y - edge / 2, edge, edge);
      ctx.strokeStyle = scene.colors.text;
      ctx.globalAlpha = 0.55;
      ctx.lineWidth = 1;
      ctx.strokeRect(x - edge / 2, y - edge / 2, edge, edge);
      ctx.globalAlpha = 1;
    });
  });
}

function biasAt({ scene, place }, column, unit) {
  const { x, y } = place.columns[column][unit];
  return isLast(scene, column) ? [x, y + 14] : [x - place.tile / 2, y + place.tile / 2];
}

/** A small square at each unit's corner: filled for a positive bias, open for a negative one. */
function drawBiases(board, ctx) {
  const { scene, picture } = board;
  const half = board.place.tile < 22 ? 2 : 3;
  for (let column = 1; column < scene.sizes.length; column++)
    for (let unit = 0; unit < scene.sizes[column]; unit++) {
      const [x, y] = biasAt(board, column, unit);
      const isPositive = picture.b[column - 1][unit] > 0;
      ctx.fillStyle = isPositive ? scene.colors.signs[1] : scene.colors.background;
      ctx.strokeStyle = scene.colors.signs[+isPositive];
      ctx.lineWidth = 1.5;
      ctx.fillRect(x - half, y - half, 2 * half, 2 * half);
      ctx.strokeRect(x - half, y - half, 2 * half, 2 * half);
    }
}

function drawOutputs(board, ctx) {
  const { scene, place } = board;
  place.columns.at(-1).forEach(({ x, y }, k) => {
    ctx.beginPath();
    ctx.arc(x, y, 8, 0, 2 * Math.PI);
    ctx.fillStyle = scene.colors.background;
    ctx.strokeStyle = scene.colors.text;
    ctx.lineWidth = 1.2;
    ctx.fill();
    ctx.stroke();
    if (scene.outputs > 1) drawMark(board, ctx, k, x, y, true);
  });
}

const SHORT = {
  "leaky relu": "leaky",
  "hard sigmoid": "hard σ",
  softplus: "s.plus",
  softsign: "s.sign",
  sigmoid: "sigm.",
};

/** What stands over the columns: in full where there is room, else in short. */
function drawHeadings(board, ctx) {
  const { scene, place } = board;
  ctx.textBaseline = "alphabetic";
  const y = place.graph.y - 12;
  const room = place.step - 6;
  const numbers = scene.sizes.map((_, k) => `Hidden ${k}`);
  ctx.font = font(board, 12, 600);
  const isLong = numbers.every((text) => ctx.measureText(text).width <= room);
  place.columns.forEach((column, k) => {
    const x = column[0].x;
    ctx.font = font(board, 12, 600);
    const ends = isLong ? ["Inputs", "Output"] : ["In", "Out"];
    const text = k === 0 ? ends[0] : isLast(scene, k) ? ends[1] : isLong ? numbers[k] : `H${k}`;
    const half = ctx.measureText(text).width / 2;
    const at = Math.max(half, Math.min(x, place.graph.width - half));
    label(board, ctx, text, at, y - 14, "center");
    if (k === 0 || isLast(scene, k)) return;
    ctx.font = font(board, 12);
    const free = place.step - 2;
    const kind = scene.kinds[k - 1];
    const fits = ctx.measureText(kind).width <= free;
    label(board, ctx, clipped(ctx, fits ? kind : (SHORT[kind] ?? kind), free), x, y, "center");
  });
  ctx.font = font(board);
  drawNames(board, ctx);
}

/** Names of the inputs: beside their tiles, or under them where they are long. */
function drawNames(board, ctx) {
  const { scene, place } = board;
  ctx.strokeStyle = scene.colors.background;
  ctx.lineWidth = 4;
  ctx.lineJoin = "round";
  const half = place.tile / 2;
  place.columns[0].forEach(({ x, y }, k) => {
    const name = scene.inputs[k];
    if (place.beside) return label(board, ctx, name, x - half - 5, y + 4, "right");
    const text = clipped(ctx, name, place.step * 0.75);
    ctx.textAlign = "left";
    ctx.strokeText(text, x - half, y + half + 13);
    label(board, ctx, text, x - half, y + half + 13);
  });
}

function drawKey(board, ctx) {
  const { scene, place } = board;
  const y = place.graph.y + place.graph.area + 24;
  ctx.font = font(board);
  let x = 2;
  for (const [sign, text] of [
    [1, "positive"],
    [0, "negative"],
  ]) {
    ctx.beginPath();
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x + 24, y - 4);
    ctx.strokeStyle = scene.colors.signs[sign];
    ctx.lineWidth = 3;
    ctx.setLineDash(sign ? [] : dash(3));
    ctx.stroke();
    x += 30 + label(board, ctx, text, x + 29, y) + 14;
  }
  ctx.setLineDash([]);
  const left = place.graph.width - x;
  const said = ["width: size of the weight", "wider: larger"];
  const more = said.find((text) => ctx.measureText(text).width <= left);
  if (more) label(board, ctx, more, x, y);
}

// ---- what is chosen, pointed at, or walked to --------------------------------------------------

function highlightUnit(board, ctx, column, unit, width) {
  const { place, scene } = board;
  const { x, y } = place.columns[column][unit];
  const half = isLast(scene, column) ? 10 : place.tile / 2 + 1;
  ctx.strokeStyle = scene.colors.text;
  ctx.lineWidth = width;
  ctx.strokeRect(x - half, y - half, 2 * half, 2 * half);
}

function highlightWeight(board, ctx, item) {
  const value = weightOf(board, item);
  const path = curve(board, item.layer, item.from, item.to);
  const width = thickness(levelOf(Math.abs(value) || 0), widest(board)) + 1.5;
  for (const [color, wide] of [
    [board.scene.colors.background, width + 5],
    [board.scene.colors.text, width + 2.5],
    [board.scene.colors.signs[+(value > 0)], width],
  ]) {
    ctx.beginPath();
    trace(ctx, path);
    ctx.setLineDash(wide === width && !(value > 0) ? dash(wide) : []);
    ctx.strokeStyle = color;
    ctx.lineWidth = wide;
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function ring(board, ctx, x, y, r = 9) {
  for (const [color, width] of [
    [board.scene.colors.background, 5],
    [board.scene.colors.text, 2],
  ]) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}

const HIGHLIGHTS = {
  unit: (board, ctx, item) => highlightUnit(board, ctx, item.column, item.unit, 2.5),
  bias: (board, ctx, item) => ring(board, ctx, ...biasAt(board, item.column, item.unit), 7),
  weight: highlightWeight,
  point: (board, ctx, item) => ring(board, ctx, ...pointAt(board, item.row)),
  place: (board, ctx, item) => {
    const { x, y, side } = board.place.box;
    ring(board, ctx, x + ((item.x + 1) / 2) * side, y + ((1 - item.y) / 2) * side, 6);
  },
};

/** Numbers on the weights of one unit, or on all where they are few; none over another. */
function drawNumbers(board, ctx) {
  const { scene, place } = board;
  const around = focusUnit(board);
  const items = [];
  eachWeight(board, (layer, from, to) => {
    const isNear =
      around &&
      ((around.column === layer && around.unit === from) ||
        (around.column === layer + 1 && around.unit === to));
    const isFew =
      !around && place.step - place.tile >= 56 && scene.sizes[layer] * scene.sizes[layer + 1] <= 8;
    if (isNear || isFew) items.push({ layer, from, to });
  });
  const taken = [];
  for (const item of items) writeOn(board, ctx, item, taken, around);
}

function focusUnit({ hover, focus, unit, hasFocus }) {
  const item = hasFocus && focus ? focus : hover;
  if (item?.kind === "unit") return item;
  return unit ? { column: unit[0], unit: unit[1] } : null;
}

function writeOn(board, ctx, item, taken, around) {
  const path = curve(board, item.layer, item.from, item.to);
  const text = short(weightOf(board, item));
  ctx.font = font(board, 11, 600);
  const wide = ctx.measureText(text).width + 4;
  const towards =
    around && around.column === item.layer
      ? [0.62, 0.74, 0.5, 0.84]
      : around
        ? [0.38, 0.26, 0.5, 0.16]
        : [0.66, 0.78, 0.54, 0.42, 0.3];
  for (const t of towards) {
    const [x, y] = along(path, t);
    const box = [x - wide / 2, y - 7, x + wide / 2, y + 7];
    if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]))
      continue;
    taken.push(box);
    halo(board, ctx, text, x, y + 4);
    return;
  }
}

function halo({ scene }, ctx, text, x, y) {
  const wide = ctx.measureText(text).width + 4;
  ctx.textAlign = "center";
  ctx.fillStyle = scene.colors.background;
  ctx.fillRect(x - wide / 2, y - 11, wide, 14);
  ctx.fillStyle = scene.colors.text;
  ctx.fillText(text, x, y);
}

function anchor(board, item) {
  if (item.kind === "weight") return along(curve(board, item.layer, item.from, item.to), 0.5);
  if (item.kind === "bias") return biasAt(board, item.column, item.unit);
  if (item.kind === "point") return pointAt(board, item.row);
  const { x, y, side } = board.place.box;
  if (item.kind === "place") return [x + ((item.x + 1) / 2) * side, y + ((1 - item.y) / 2) * side];
  const at = board.place.columns[item.column][item.unit];
  return [at.x, at.y];
}

/** The item's words in a box near it, inside the board, on as many lines as that takes. */
function drawTip(board, ctx, item) {
  const { scene, place, width } = board;
  ctx.font = font(board, 12);
  const words = inFull(board, item).split(" ");
  const lines = [""];
  for (const word of words) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (ctx.measureText(longer).width > Math.min(240, width - 30) && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const wide = Math.max(...lines.map((text) => ctx.measureText(text).width)) + 16;
  const high = 17 * lines.length + 9;
  const [ax, ay] = anchor(board, item);
  const x = Math.max(2, Math.min(ax - wide / 2, width - wide - 2));
  const away = (item.kind === "unit" ? place.tile / 2 : 8) + 8;
  const y = ay - high - away > 0 ? ay - high - away : Math.min(ay + away, place.height - high);
  ctx.fillStyle = scene.colors.background;
  ctx.strokeStyle = scene.colors.text;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(x, y, wide, high, 5);
  ctx.fill();
  ctx.stroke();
  lines.forEach((text, k) => label(board, ctx, text, x + 8, y + 17 * (k + 1)));
}

function pinnedItem({ scene, picture }) {
  const [matrix, at] = (picture.weight || "").split(" ");
  const [a, b] = (at || "").split(",").map(Number);
  const layer = scene.weights.indexOf(matrix);
  if (layer >= 0 && b) return { kind: "weight", layer, from: a - 1, to: b - 1 };
  const column = scene.biases.indexOf(matrix) + 1;
  return column > 0 && a ? { kind: "bias", column, unit: a - 1 } : null;
}
