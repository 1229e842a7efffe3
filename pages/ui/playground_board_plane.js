// The large picture: where everything stands, the plane, its axes, points and legend.

const FINE = 256; // px of the large picture, as it is painted
const WIDE = 540; // px from which graph and picture stand side by side

// ---- layout ------------------------------------------------------------------------------------

function clipped(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

const font = (board, size = 12, weight = 400) => `${weight} ${size}px ${board.family}`;

function arrange(board) {
  const { scene, width } = board;
  const ctx = board.base.getContext("2d");
  ctx.font = font(board);
  const tickWidth = Math.max(...scene.ticks[1].map(([, text]) => ctx.measureText(text).width));
  const left = Math.ceil(tickWidth) + 26;
  const most = Math.max(...scene.sizes);
  const names = isBeside(scene, ctx) ? 0 : 32 * scene.inputs.length; // px for tiles with names under them
  const least = Math.max(most * 23, names);
  const isWide = width >= WIDE;
  const side = Math.floor(
    isWide
      ? Math.min(460, Math.max(200, width * 0.5 - left - 10))
      : Math.min(420, width - left - 8),
  );
  const legend = legendRows(board, ctx, side);
  const top = 30;
  const under = 44 + legend.height;
  const box = isWide ? { x: width - side - 6, y: top, side } : { x: left, y: top, side };
  const graphWidth = isWide ? width - side - left - 18 : width;
  const area = isWide ? Math.max(side, least) : Math.max(least, Math.min(most * 48, 250));
  const graph = { x: 0, y: isWide ? top + 16 : top + side + under + 62, width: graphWidth, area };
  const height = isWide ? Math.max(top + side + under, graph.y + area + 34) : graph.y + area + 34;
  return { isWide, box, left, legend, graph, height, ...nodes(board, ctx, graph) };
}

const widestName = ({ inputs }, ctx) =>
  Math.max(...inputs.map((name) => ctx.measureText(name).width));
const isBeside = (scene, ctx) => widestName(scene, ctx) <= 34;

/** Where every column and every unit stands, and what is written beside the inputs. */
function nodes({ scene }, ctx, graph) {
  const { sizes } = scene;
  const pitches = sizes.map((n) => graph.area / n);
  const labelWidth = widestName(scene, ctx);
  const beside = isBeside(scene, ctx);
  const room = beside ? Math.ceil(labelWidth) + 7 : 0;
  const span = graph.width - room;
  const tile = Math.floor(
    Math.max(
      12,
      Math.min(
        44,
        Math.min(...pitches.slice(0, -1)) - 4,
        (span / sizes.length) * 0.56,
        beside ? 44 : pitches[0] - 18,
      ),
    ),
  );
  const first = room + tile / 2 + (beside ? 2 : Math.min(16, span / 20));
  const step = (graph.width - first - 14) / (sizes.length - 1);
  const columns = sizes.map((n, k) => {
    const pitch = Math.min(pitches[k], Math.max(tile * 2.1, 62));
    return Array.from({ length: n }, (_, i) => ({
      x: first + k * step,
      y: graph.y + graph.area / 2 + (i - (n - 1) / 2) * pitch,
    }));
  });
  return { tile, step, columns, beside };
}

function legendRows({ scene }, ctx, side) {
  if (scene.outputs === 1) return { height: 50, rows: [] };
  const rows = [[]];
  let x = 0;
  scene.labels.forEach((label, k) => {
    const text = clipped(ctx, label, side - 24);
    const wide = ctx.measureText(text).width + 32;
    if (x + wide > side + 14 && x > 0) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ k, text, x });
    x += wide;
  });
  return { height: 20 * rows.length + 24, rows };
}

// ---- the large picture -------------------------------------------------------------------------

function offscreen(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(width, height);
  return { canvas, ctx, image, pixels: new Uint32Array(image.data.buffer) };
}

/** Bytes (n, n) of signed values, from low to high, painted finely with `color` of each byte. */
function paintSigned(into, bytes, n, color) {
  const row = new Float32Array(n * FINE);
  const step = (n - 1) / (FINE - 1);
  for (let j = 0; j < FINE; j++) {
    const k = Math.min(n - 2, Math.floor(j * step));
    const share = j * step - k;
    for (let i = 0; i < n; i++)
      row[i * FINE + j] = bytes[i * n + k] * (1 - share) + bytes[i * n + k + 1] * share;
  }
  for (let i = 0; i < FINE; i++) {
    const k = Math.min(n - 2, Math.floor(i * step));
    const share = i * step - k;
    const [a, b, out] = [k * FINE, (k + 1) * FINE, (FINE - 1 - i) * FINE];
    for (let j = 0; j < FINE; j++)
      into.pixels[out + j] = color(row[a + j] * (1 - share) + row[b + j] * share);
  }
  into.ctx.putImageData(into.image, 0, 0);
}

/** The likeliest of several classes: an edge runs where two of them are equally far ahead. */
function paintClasses(into, scene, { surface, ahead, discrete }) {
  const count = scene.labels.length;
  const step = (SIZE - 1) / (FINE - 1);
  const votes = new Float32Array(count);
  for (let i = 0; i < FINE; i++) {
    const k = Math.min(SIZE - 2, Math.floor(i * step));
    const v = i * step - k;
    for (let j = 0; j < FINE; j++) {
      const m = Math.min(SIZE - 2, Math.floor(j * step));
      const u = j * step - m;
      const a = k * SIZE + m;
      const out = (FINE - 1 - i) * FINE + j;
      const c = surface[a];
      let best = c;
      let lead =
        (1 - v) * ((1 - u) * ahead[a] + u * ahead[a + 1]) +
        v * ((1 - u) * ahead[a + SIZE] + u * ahead[a + SIZE + 1]);
      if (c !== surface[a + 1] || c !== surface[a + SIZE] || c !== surface[a + SIZE + 1]) {
        votes.fill(0);
        votes[c] += (1 - v) * (1 - u) * ahead[a];
        votes[surface[a + 1]] += (1 - v) * u * ahead[a + 1];
        votes[surface[a + SIZE]] += v * (1 - u) * ahead[a + SIZE];
        votes[surface[a + SIZE + 1]] += v * u * ahead[a + SIZE + 1];
        for (let q = 0; q < count; q++) if (votes[q] > votes[best]) best = q;
        lead = Math.max(0, 2 * votes[best] - lead); // what it has more than the others together
      }
      into.pixels[out] = discrete
        ? scene.paints.flatClasses[best]
        : scene.paints.classes[best][lead | 0];
    }
  }
  into.ctx.putImageData(into.image, 0, 0);
}

function shownUnit({ unit, picture, scene }) {
  if (!unit) return null;
  const [column, index] = unit;
  if (column === 0)
    return { bytes: scene.inputPictures.subarray(index * 1024, (index + 1) * 1024), n: INPUT_TILE };
  if (picture.large && picture.unit[0] === column && picture.unit[1] === index + 1)
    return { bytes: picture.large, n: SIZE };
  const cells = picture.tile * picture.tile;
  return {
    bytes: picture.tiles[column - 1].subarray(index * cells, (index + 1) * cells),
    n: picture.tile,
  };
}

function drawSurface(board, ctx) {
  const { scene, picture, place } = board;
  const { x, y, side } = place.box;
  const into = (board.surface ??= offscreen(FINE, FINE));
  const unit = shownUnit(board);
  const smooth = scene.paints.large;
  const [low, high] = scene.paints.flat;
  const color =
    picture.discrete && (unit || scene.labels.length)
      ? (v) => (v > MIDDLE ? high : low)
      : (v) => smooth[(v + 0.5) | 0];
  if (unit) paintSigned(into, unit.bytes, unit.n, color);
  else if (scene.outputs > 1) paintClasses(into, scene, picture);
  else paintSigned(into, picture.surface, SIZE, color);
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(into.canvas, x, y, side, side);
  ctx.strokeStyle = scene.colors.grid;
  ctx.lineWidth = 1;
  ctx.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
}

function drawAxes(board, ctx) {
  const { scene, place } = board;
  const { x, y, side } = place.box;
  const title = board.unit ? `${unitTitle(board)} (pick it again to return)` : surfaceTitle(board);
  ctx.fillStyle = scene.colors.text;
  ctx.font = font(board, 13, 600);
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(clipped(ctx, title, side), x, y - 10);
  ctx.font = font(board);
  ctx.strokeStyle = scene.colors.text;
  ctx.beginPath();
  const [across] = scene.ticks;
  const room = Math.max(...across.map(([, text]) => ctx.measureText(text).width)) + 8;
  const every = Math.ceil((room * across.length) / side); // labels do not touch
  for (const [k, [share, text]] of across.entries()) {
    const at = x + ((share + 1) / 2) * side;
    ctx.moveTo(at, y + side);
    ctx.lineTo(at, y + side + 4);
    if (k % every) continue;
    const half = ctx.measureText(text).width / 2;
    ctx.textAlign = "center";
    ctx.fillText(text, Math.min(at, board.width - half), y + side + 17);
  }
  for (const [share, text] of scene.ticks[1]) {
    const at = y + ((1 - share) / 2) * side;
    ctx.moveTo(x - 4, at);
    ctx.lineTo(x, at);
    ctx.textAlign = "right";
    ctx.fillText(text, x - 7, at + 4);
  }
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.fillText(clipped(ctx, scene.titles[0], side), x + side / 2, y + side + 34);
  ctx.save();
  ctx.translate(x - place.left + 11, y + side / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(clipped(ctx, scene.titles[1], side), 0, 0);
  ctx.restore();
}

function surfaceTitle({ scene, picture }) {
  if (scene.labels.length > 2) return "Likeliest class";
  if (!scene.labels.length)
    return scene.unit ? `Predicted value (${scene.unit})` : "Predicted value";
  return picture.discrete ? "Likelier class" : `Probability of ${scene.labels[1]}`;
}

function unitTitle({ scene, unit }) {
  const name = unitName(scene, ...unit);
  return unit[0] === 0 ? `Input ${name}` : `${name[0].toUpperCase()}${name.slice(1)}`;
}

const MARKS = [
  (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
  (c, x, y, r) => polygon(c, x, y, 1.3 * r, 4, 0),
  (c, x, y, r) => c.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  (c, x, y, r) => polygon(c, x, y + 0.2 * r, 1.35 * r, 3, 0),
  (c, x, y, r) => cross(c, x, y, 1.2 * r, 0),
  (c, x, y, r) => cross(c, x, y, 1.2 * r, Math.PI / 4),
];

function polygon(ctx, x, y, r, n, turn) {
  for (let k = 0; k < n; k++) {
    const angle = turn + (2 * Math.PI * k) / n - Math.PI / 2;
    ctx[k ? "lineTo" : "moveTo"](x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  ctx.closePath();
}

function cross(ctx, x, y, r, turn) {
  const w = r / 2.6;
  const corners = [
    [-w, -r],
    [w, -r],
    [w, -w],
    [r, -w],
    [r, w],
    [w, w],
    [w, r],
    [-w, r],
    [-w, w],
    [-r, w],
    [-r, -w],
    [-w, -w],
  ];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  corners.forEach(([a, b], k) =>
    ctx[k ? "lineTo" : "moveTo"](x + a * c - b * s, y + a * s + b * c),
  );
  ctx.closePath();
}

const inside = (scene, row) => Math.abs(scene.x[row]) <= 1 && Math.abs(scene.y[row]) <= 1;
const isShown = ({ scene, picture }, row) =>
  inside(scene, row) && (scene.trains[row] || picture.show_test);

function pointAt({ scene, place }, row) {
  const { x, y, side } = place.box;
  return [x + ((scene.x[row] + 1) / 2) * side, y + ((1 - scene.y[row]) / 2) * side];
}

/** Training points filled with a thin edge, test points open; one path for each kind. */
function drawPoints(board, ctx) {
  const { scene, place } = board;
  const { colors } = scene;
  const radius = (scene.n > 800 ? 2.4 : 3.4) * (place.box.side < 280 ? 0.9 : 1);
  const kinds = new Map();
  for (let row = 0; row < scene.n; row++) {
    if (!isShown(board, row)) continue;
    const key = 256 * scene.trains[row] + scene.marks[row];
    if (!kinds.has(key)) kinds.set(key, []);
    kinds.get(key).push(row);
  }
  for (const [key, rows] of [...kinds].sort((a, b) => a[0] - b[0])) {
    const color = pointColor(scene, key & 255);
    const trains = key >> 8;
    ctx.beginPath();
    for (const row of rows) mark(ctx, scene, key & 255, ...pointAt(board, row), radius);
    ctx.fillStyle = trains || !scene.labels.length ? color : colors.background;
    ctx.strokeStyle = trains ? colors.background : scene.labels.length ? color : colors.text;
    ctx.lineWidth = trains || !scene.labels.length ? 1.2 : 1.6;
    if (trains) ctx.stroke();
    ctx.fill();
    if (!trains) ctx.stroke();
  }
}

function mark(ctx, scene, value, x, y, r) {
  const draw = scene.labels.length
    ? MARKS[value % MARKS.length]
    : value > MIDDLE
      ? MARKS[3]
      : MARKS[0];
  if (draw === MARKS[0]) ctx.moveTo(x + r, y);
  draw(ctx, x, y, r);
}

function pointColor(scene, value) {
  const { colors } = scene;
  if (scene.labels.length) return colors.classes[value];
  const share = Math.abs(value - MIDDLE) / MIDDLE;
  return css(
    mix(rgb(colors.background), rgb(colors.signs[+(value > MIDDLE)]), 0.35 + 0.65 * share),
  );
}

// ---- legend of the large picture ---------------------------------------------------------------

function drawLegend(board, ctx) {
  const { scene, place } = board;
  const { x, y, side } = place.box;
  const top = y + side + 44;
  ctx.font = font(board);
  if (board.unit) return drawStrip(board, ctx, x, top, side, unitEnds(board));
  if (scene.outputs === 1) {
    drawStrip(board, ctx, x, top, side, scene.labels.length ? ["0", "0.5", "1"] : scene.values);
    if (scene.labels.length === 2) drawTwo(board, ctx, x, top + 44, side);
    else drawKinds(board, ctx, x, top + 44);
    return;
  }
  place.legend.rows.forEach((row, k) => {
    for (const item of row) {
      drawMark(board, ctx, item.k, x + item.x + 6, top + 20 * k + 5, true);
      label(board, ctx, item.text, x + item.x + 17, top + 20 * k + 9);
    }
  });
  drawKinds(board, ctx, x, top + 20 * place.legend.rows.length + 9);
}

function drawStrip({ scene, picture }, ctx, x, y, side, ends) {
  const steps = 64;
  for (let k = 0; k < steps; k++) {
    const value = Math.round((254 * k) / (steps - 1));
    const flat =
      picture.discrete && scene.labels.length
        ? scene.paints.flat[+(value > MIDDLE)]
        : scene.paints.large[value];
    ctx.fillStyle = css([flat & 255, (flat >> 8) & 255, (flat >> 16) & 255]);
    ctx.fillRect(
      x + (side * k) / steps,
      y,
      Math.min(side / steps + 0.6, side - (side * k) / steps),
      10,
    );
  }
  ctx.strokeStyle = scene.colors.grid;
  ctx.lineWidth = 1;
  ctx.strokeRect(x + 0.5, y + 0.5, side - 1, 9);
  ctx.fillStyle = scene.colors.text;
  ["left", "center", "right"].forEach((align, k) => {
    ctx.textAlign = align;
    ctx.fillText(ends[k], x + (side * k) / 2, y + 24);
  });
}

function unitEnds({ scene, picture, unit }) {
  if (unit[0] === 0) return ["−", "0", "+"];
  const span = picture.spans[unit[0] - 1];
  return scene.bounded[unit[0] - 1]
    ? [told(-span), "0", told(span)]
    : [`≤ ${told(-span)}`, "0", `≥ ${told(span)}`];
}

function label({ scene }, ctx, text, x, y, align = "left") {
  ctx.fillStyle = scene.colors.text;
  ctx.textAlign = align;
  ctx.fillText(text, x, y);
  return ctx.measureText(text).width;
}

function drawMark({ scene }, ctx, value, x, y, filled) {
  ctx.beginPath();
  mark(ctx, scene, value, x, y, 4);
  ctx.fillStyle = filled ? pointColor(scene, value) : scene.colors.background;
  ctx.strokeStyle = pointColor(scene, value);
  ctx.lineWidth = 1.6;
  ctx.fill();
  ctx.stroke();
}

/** Both classes with their marks at the ends of the strip, and open marks for test points. */
function drawTwo(board, ctx, x, y, side) {
  const { scene, picture } = board;
  const room = picture.show_test ? side / 3 - 22 : side / 2 - 20;
  drawMark(board, ctx, 0, x + 6, y - 4, true);
  label(board, ctx, clipped(ctx, scene.labels[0], room), x + 16, y);
  const text = clipped(ctx, scene.labels[1], room);
  drawMark(board, ctx, 1, x + side - ctx.measureText(text).width - 11, y - 4, true);
  label(board, ctx, text, x + side, y, "right");
  if (picture.show_test) label(board, ctx, "open: test", x + side / 2, y, "center");
}

function drawKinds(board, ctx, x, y) {
  const test =
    board.picture.show_test && (board.scene.labels.length ? "open: test" : "outlined: test");
  const signs = board.scene.labels.length
    ? board.picture.discrete
      ? ""
      : "paler: less sure"
    : "▲ above the middle, ● below";
  label(board, ctx, [signs, test].filter(Boolean).join("; "), x, y);
}
