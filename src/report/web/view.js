'use strict';
/* The simulated front: frames of a run, played, stepped, zoomed. What the arrays hold is said in
 * src/field/parts.h; the program checked them before it wrote them here. */
(() => {
  const {make, minus, page} = window.davyPage;
  const MAPS = {
    c: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],       /* viridis */
    phi: [[11, 4, 53], [53, 62, 128], [52, 122, 160], [73, 181, 173], [222, 245, 229]],   /* as mako */
  };
  const FIELDS = {
    c: {name: 'Concentration', symbol: 'c', unit: 'mol/m³', scale: 1},
    phi: {name: 'Potential', symbol: 'φ', unit: 'mV', scale: 1e3},
    none: {name: 'None'},
  };
  const THEMES = {
    light: {ground: '#fff', blank: '#eceff1', metal: '#aeb6bd', substrate: '#59636c', front: '#14181c', orphan: '#d55e00',
      orphanMetal: '#f3c9a8', ink: '#1b2026'},
    dark: {ground: '#14181c', blank: '#20272d', metal: '#6b757e', substrate: '#3a434b', front: '#f2f5f7', orphan: '#ff9440',
      orphanMetal: '#8a5530', ink: '#dde2e6'},
  };
  const SPLIT = 0, FLUID = 1, METAL = 2;
  const CLOSEST = 500;           /* how much larger than whole it is shown at most */
  const TALL = 4;                /* times as high as wide */
  const PACE = {usual: 125, reduced: 1000}; /* ms a frame */
  const reduced = matchMedia('(prefers-reduced-motion: reduce)');

  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
  const digits = (v, n) => minus(String(Number(v.toPrecision(n))));
  const length = m => m < 1e-6 ? `${digits(m * 1e9, 4)} nm` : m < 1e-3 ? `${digits(m * 1e6, 4)} µm` : `${digits(m * 1e3, 4)} mm`;
  const duration = s => s < 300 ? `${digits(s, 4)} s` : s < 7200 ? `${digits(s / 60, 4)} min` : `${digits(s / 3600, 4)} h`;

  /* Points of a line in m. */
  const readLine = (text, unit, [x0, y0]) => {
    const from = bytes(text), points = [], last = [0, 0];
    for (let at = 0, axis = 0; at < from.length; axis = 1 - axis) {
      let zigzag = 0, factor = 1;
      do {
        zigzag += (from[at] & 127) * factor;
        factor *= 128;
      } while (from[at++] & 128);
      last[axis] += zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
      if (axis) points.push([x0 + last[0] * unit, y0 + last[1] * unit]);
    }
    return points;
  };
  const readLines = (list, unit, lower) => list.map(l => ({...l, points: readLine(l.points, unit, lower)}));

  /* Squares as x, y, size, kind, number among the leaves of fluid: five numbers each. */
  const readTrees = (frame, lower, upper) => {
    const kinds = bytes(frame.kinds), squares = [];
    let node = 0, leaf = 0;
    const walk = (x, y, size) => {
      const kind = kinds[node >> 2] >> 2 * (node & 3) & 3;
      node++;
      if (kind === SPLIT) {
        for (let q = 0; q < 4; q++) walk(x + (q & 1) * size / 2, y + (q >> 1) * size / 2, size / 2);
      } else {
        squares.push(x, y, size, kind, kind === FLUID ? leaf++ : -1);
      }
    };
    const wide = Math.round((upper[0] - lower[0]) / frame.root), high = Math.round((upper[1] - lower[1]) / frame.root);
    for (let j = 0; j < high; j++) for (let i = 0; i < wide; i++) walk(lower[0] + i * frame.root, lower[1] + j * frame.root, frame.root);
    return squares;
  };

  /* The area on the left of a closed line; 0 of an open one, negative about a void. */
  const enclosed = points => {
    const [first, last] = [points[0], points.at(-1)];
    if (first[0] !== last[0] || first[1] !== last[1]) return 0;
    return points.slice(1).reduce((sum, p, i) => sum + points[i][0] * p[1] - points[i][1] * p[0], 0) / 2;
  };

  const color = (map, share) => {
    const at = clamp(share, 0, 1) * (map.length - 1), i = Math.min(Math.floor(at), map.length - 2);
    return `rgb(${map[i].map((v, k) => Math.round(v + (at - i) * (map[i + 1][k] - v))).join(',')})`;
  };

  class View {
    constructor(spec) {
      this.id = spec.id;
      this.data = spec.view;
      this.figure = document.getElementById(spec.id);
      this.outline = readLines(this.data.outline, this.data.unit, this.data.lower);
      this.frames = this.data.frames.map(() => null); /* read when first shown */
      this.ranges = {c: this.wholeRange('c_range'), phi: this.wholeRange('phi_range')};
      this.field = 'c';
      this.at = this.frames.length - 1;
      this.zoom = 1;
      this.centre = [0, 1].map(d => (this.data.lower[d] + this.data.upper[d]) / 2);
      this.pointers = new Map();
      this.build();
      this.listen();
      this.begin();
      new ResizeObserver(() => page.printing || this.draw()).observe(this.figure);
      this.show(this.at);
    }

    /* A domain far higher than wide is a thread when shown whole: then the view begins with the substrate
     * and the metal on it, in all frames. */
    begin() {
      const {lower, upper, frames} = this.data, [w, h] = [0, 1].map(d => upper[d] - lower[d]);
      if (h < TALL * w) return;
      const fronts = frames.flatMap(f => readLines(f.front.filter(l => l.body >= 0), f.unit, lower));
      const heights = [...this.outline, ...fronts].flatMap(l => l.points.map(p => p[1]));
      if (!heights.length) return;
      const [low, high] = heights.reduce(([a, b], y) => [Math.min(a, y), Math.max(b, y)], [Infinity, -Infinity]);
      const size = this.size(), wide = size.width / w / (size.height / h);
      this.look(Math.min(h / (1.3 * (high - low)), wide));
      this.moveTo([(lower[0] + upper[0]) / 2, (low + high) / 2]);
    }

    /* Over all frames, so that a colour means the same in each. */
    wholeRange(key) {
      const filled = this.data.frames.filter(f => f.c.length);
      const low = Math.min(...filled.map(f => f[key][0])), high = Math.max(...filled.map(f => f[key][1]));
      return filled.length ? [low, high > low ? high : low + (Math.abs(low) * 1e-3 || 1e-3)] : [0, 1];
    }

    frame(i) {
      const raw = this.data.frames[i];
      this.frames[i] ??= {
        ...raw, c: bytes(raw.c), phi: bytes(raw.phi), squares: readTrees(raw, this.data.lower, this.data.upper),
        front: readLines(raw.front, raw.unit, this.data.lower),
      };
      return this.frames[i];
    }

    value(frame, field, leaf) {
      const [low, high] = frame[`${field}_range`];
      return low + frame[field][leaf] * (high - low) / 255;
    }

    button(text, title, action) {
      const button = make('button', '', text);
      button.type = 'button';
      if (title) {
        button.title = title;
        button.setAttribute('aria-label', title);
      }
      button.addEventListener('click', action);
      return button;
    }

    build() {
      this.play = this.button('Play', '', () => this.toggle());
      this.slider = make('input');
      Object.assign(this.slider, {type: 'range', min: 0, max: this.frames.length - 1, step: 1, value: this.at});
      this.slider.setAttribute('aria-label', 'Frame');
      this.slider.addEventListener('input', () => { this.stop(); this.show(Number(this.slider.value)); });
      this.words = make('output', 'words');
      const run = make('div', 'legend run');
      run.append(this.play, this.slider, this.words);
      this.choices = Object.entries(FIELDS).map(([field, {name}]) => {
        const button = this.button(name, '', () => this.choose(field));
        button.dataset.field = field;
        return button;
      });
      this.reset = this.button('Whole domain', '', () => this.look(1, this.centre));
      this.reset.className = 'reset';
      this.reset.hidden = true;
      const choice = make('div', 'legend');
      choice.setAttribute('role', 'group');
      choice.setAttribute('aria-label', 'Field shown');
      choice.append(make('span', 'word', 'Colour'), ...this.choices, this.button('+', 'Zoom in', () => this.look(this.zoom * 1.6)),
        this.button('\u2212', 'Zoom out', () => this.look(this.zoom / 1.6)), this.reset);
      this.key = make('div', 'key');
      this.box = make('div', 'stage');
      this.canvas = make('canvas');
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute('role', 'img');
      this.readout = make('div', 'readout');
      this.readout.hidden = true;
      this.box.append(this.canvas, this.readout);
      this.figure.querySelector('figcaption').after(run, choice, this.key, this.box);
      this.choose(this.field);
    }

    choose(field) {
      this.field = field;
      for (const b of this.choices) b.setAttribute('aria-pressed', b.dataset.field === field);
      this.draw();
    }

    get theme() { return THEMES[!page.printing && page.dark.matches ? 'dark' : 'light']; }
    /* The palette without the orange of orphans. */
    materialColor(i) {
      const palette = page.palette.filter((_, k) => k !== 1);
      return palette[i % palette.length];
    }

    fillKey() {
      const {name, symbol, unit, scale} = FIELDS[this.field], theme = this.theme, swatch = (paint, text) => {
        const item = make('span', 'item'), i = make('i');
        i.style.background = paint;
        item.append(i, text);
        return item;
      };
      this.key.replaceChildren();
      if (symbol) {
        const ramp = make('i', 'ramp'), [low, high] = this.ranges[this.field].map(v => digits(v * scale, 4));
        ramp.style.background = `linear-gradient(90deg, ${MAPS[this.field].map(c => `rgb(${c.join(',')})`).join(', ')})`;
        this.key.append(`${name} ${symbol}: ${low}`, ramp, `${high} ${unit}`);
      }
      this.key.append(swatch(theme.metal, 'metal'));
      if (this.data.frames.some(f => f.front.some(l => l.orphaned))) this.key.append(swatch(theme.orphan, 'orphaned metal'));
      this.data.materials.forEach((m, i) => this.key.append(swatch(this.materialColor(i), m)));
    }

    /* Pixels of the canvas: as wide as the page, as high as the domain asks, within reason. */
    size() {
      const [w, h] = [0, 1].map(d => this.data.upper[d] - this.data.lower[d]);
      const width = page.printing ? page.paperWidth : Math.max(200, this.box.clientWidth);
      return {width, height: Math.round(clamp(width * h / w, 140, page.printing ? 600 : Math.min(620, .8 * innerHeight)))};
    }
    fit({width, height}) {
      return this.zoom * .97 * Math.min(...[width, height].map((p, d) => p / (this.data.upper[d] - this.data.lower[d])));
    }
    /* The place in the domain of a place on the canvas. */
    place(px, py) {
      const size = this.size(), scale = this.fit(size);
      return [this.centre[0] + (px - size.width / 2) / scale, this.centre[1] - (py - size.height / 2) / scale];
    }

    /* Zooms; the place `kept` of the domain stays where it is on the canvas. */
    look(zoom, kept = this.centre) {
      const before = this.zoom;
      this.zoom = clamp(zoom, 1, CLOSEST);
      const share = before / this.zoom;
      this.moveTo(kept.map((v, d) => v + (this.centre[d] - v) * share));
    }
    moveTo(centre) {
      const {lower, upper} = this.data;
      this.centre = centre.map((v, d) => {
        const slack = (upper[d] - lower[d]) / 2 * (1 - 1 / this.zoom), middle = (lower[d] + upper[d]) / 2;
        return clamp(v, middle - slack, middle + slack);
      });
      this.reset.hidden = this.zoom === 1;
      this.canvas.style.touchAction = this.zoom > 1 ? 'none' : 'pan-y';
      this.readout.hidden = true;
      this.draw();
    }

    show(i) {
      this.at = i;
      const f = this.data.frames[i], bodies = new Set(f.front.filter(l => l.orphaned).map(l => l.body)).size;
      const words = `${duration(f.time)}, ${digits(f.charge / 36000, 3)} mAh/cm², ${digits(f.voltage * 1e3, 4)} mV`;
      this.slider.value = i;
      this.slider.setAttribute('aria-valuetext', words);
      this.words.textContent = `${words}${bodies ? `, ${bodies} orphaned` : ''}`;
      this.canvas.setAttribute('aria-label', `Front at ${this.words.textContent}. Plus and minus zoom, arrows move, 0 shows the whole domain.`);
      this.draw();
    }
    toggle() {
      if (this.timer) return this.stop();
      if (this.at === this.frames.length - 1) this.show(0);
      this.play.textContent = 'Pause';
      this.timer = setInterval(() => {
        if (this.at + 1 < this.frames.length) this.show(this.at + 1);
        if (this.at + 1 >= this.frames.length) this.stop();
      }, reduced.matches ? PACE.reduced : PACE.usual);
    }
    stop() {
      clearInterval(this.timer);
      this.timer = null;
      this.play.textContent = 'Play';
    }

    draw() {
      const size = this.size(), ratio = page.printing ? 3 : devicePixelRatio, {canvas} = this;
      canvas.width = Math.round(size.width * ratio);
      canvas.height = Math.round(size.height * ratio);
      canvas.style.height = `${size.height}px`;
      const scale = this.fit(size) * ratio;
      this.pen = canvas.getContext('2d');
      this.x = x => canvas.width / 2 + (x - this.centre[0]) * scale;
      this.y = y => canvas.height / 2 - (y - this.centre[1]) * scale;
      this.pen.fillStyle = this.theme.ground;
      this.pen.fillRect(0, 0, canvas.width, canvas.height);
      const frame = this.frame(this.at);
      this.drawWithin(() => {
        this.drawSquares(frame);
        this.drawFronts(frame, ratio);
        for (const {points} of this.outline) this.drawStrip(points, this.theme.substrate);
      });
      this.drawLines(this.outline, 4 * ratio, l => this.materialColor(l.body));
      this.drawScale(scale, ratio);
      this.fillKey();
    }

    /* Nothing but the domain. */
    drawWithin(draw) {
      const {pen} = this, {lower, upper} = this.data, [left, top] = [Math.round(this.x(lower[0])), Math.round(this.y(upper[1]))];
      pen.save();
      pen.beginPath();
      pen.rect(left, top, Math.round(this.x(upper[0])) - left, Math.round(this.y(lower[1])) - top);
      pen.clip();
      draw();
      pen.restore();
    }

    /* Edges are rounded to pixels, so that no seams show between neighbours. */
    drawSquares({squares, ...frame}) {
      const {pen, canvas, theme} = this, range = this.ranges[this.field], map = MAPS[this.field];
      const paints = map && Array.from({length: 256}, (_, k) => {
        const [low, high] = frame[`${this.field}_range`];
        return color(map, (low + k * (high - low) / 255 - range[0]) / (range[1] - range[0]));
      });
      this.finest = Infinity;
      for (let k = 0; k < squares.length; k += 5) {
        const [x, y, size, kind, leaf] = [squares[k], squares[k + 1], squares[k + 2], squares[k + 3], squares[k + 4]];
        const left = Math.round(this.x(x)), right = Math.round(this.x(x + size));
        const top = Math.round(this.y(y + size)), bottom = Math.round(this.y(y));
        if (size < this.finest) this.finest = size;
        if (right < 0 || left > canvas.width || bottom < 0 || top > canvas.height) continue;
        pen.fillStyle = kind === FLUID ? (paints ? paints[frame[this.field][leaf]] : theme.blank)
          : kind === METAL ? theme.metal : theme.substrate;
        pen.fillRect(left, top, right - left, bottom - top);
      }
    }

    /* Squares that a line cuts are painted as what lies on its right hand: a strip on its left covers the
     * rest of them. */
    drawStrip(points, paint) {
      const {pen} = this, depth = 1.5 * this.finest;
      const inner = points.map((p, i) => {
        const [a, b] = [points[Math.max(i - 1, 0)], points[Math.min(i + 1, points.length - 1)]];
        const dx = b[0] - a[0], dy = b[1] - a[1], l = Math.hypot(dx, dy) || 1;
        return [p[0] - dy / l * depth, p[1] + dx / l * depth];
      });
      pen.fillStyle = pen.strokeStyle = paint;
      pen.lineWidth = 1; /* pixel: closes the seams between the pieces */
      for (let i = 1; i < points.length; i++) this.path([points[i - 1], points[i], inner[i], inner[i - 1]], 'fill', 'stroke');
    }
    drawFronts({front}, ratio) {
      const {theme} = this;
      for (const {points, orphaned} of front) {
        this.drawStrip(points, orphaned ? theme.orphanMetal : theme.metal);
        if (orphaned && enclosed(points) > 0) this.path(points, 'fill');
      }
      this.drawLines(front.filter(l => !l.orphaned), 1.5 * ratio, () => theme.front);
      this.drawLines(front.filter(l => l.orphaned), 2.5 * ratio, () => theme.orphan);
    }
    drawLines(lines, width, paint) {
      Object.assign(this.pen, {lineWidth: width, lineJoin: 'round', lineCap: 'round'});
      for (const l of lines) {
        this.pen.strokeStyle = paint(l);
        this.path(l.points, 'stroke');
      }
    }
    path(points, ...how) {
      this.pen.beginPath();
      points.forEach(([x, y], i) => i ? this.pen.lineTo(this.x(x), this.y(y)) : this.pen.moveTo(this.x(x), this.y(y)));
      for (const action of how) this.pen[action]();
    }

    /* A bar of 1, 2 or 5 times a power of ten, at most a fifth of the width. */
    drawScale(scale, ratio) {
      const {pen, canvas, theme} = this, most = canvas.width / scale / 5, power = 10 ** Math.floor(Math.log10(most));
      const bar = [5, 2, 1].map(n => n * power).find(v => v <= most) ?? power, text = length(bar);
      const left = 14 * ratio, bottom = canvas.height - 14 * ratio;
      pen.font = `${12 * ratio}px system-ui, sans-serif`;
      pen.fillStyle = theme.ground;
      pen.globalAlpha = .8;
      pen.fillRect(left - 6 * ratio, bottom - 22 * ratio, Math.max(bar * scale, pen.measureText(text).width) + 12 * ratio, 28 * ratio);
      pen.globalAlpha = 1;
      pen.fillStyle = theme.ink;
      pen.fillRect(left, bottom - 2 * ratio, bar * scale, 3 * ratio);
      pen.fillText(text, left, bottom - 7 * ratio);
    }

    hover(px, py) {
      const [x, y] = this.place(px, py), {squares, ...frame} = this.frame(this.at), {lower, upper} = this.data;
      this.readout.hidden = x < lower[0] || x > upper[0] || y < lower[1] || y > upper[1];
      if (this.readout.hidden) return;
      let text = '';
      for (let k = 0; k < squares.length && !text; k += 5) {
        if (x < squares[k] || x > squares[k] + squares[k + 2] || y < squares[k + 1] || y > squares[k + 1] + squares[k + 2]) continue;
        text = squares[k + 3] !== FLUID ? (squares[k + 3] === METAL ? 'metal' : 'substrate') : ['c', 'phi'].map(f => {
          const {symbol, unit, scale} = FIELDS[f];
          return `${symbol} ${digits(this.value(frame, f, squares[k + 4]) * scale, 4)} ${unit}`;
        }).join(', ');
      }
      this.readout.textContent = `${length(x - lower[0])}, ${length(y - lower[1])}: ${text}`;
      const right = px + 14 + this.readout.offsetWidth > this.box.clientWidth;
      this.readout.style.left = `${Math.max(0, right ? px - 14 - this.readout.offsetWidth : px + 14)}px`;
      this.readout.style.top = `${Math.max(0, py - 10)}px`;
    }

    listen() {
      const {canvas} = this, at = e => {
        const box = canvas.getBoundingClientRect();
        return [e.clientX - box.left, e.clientY - box.top];
      };
      /* Without the focus the wheel scrolls the page, as everywhere; pinching on a touch pad comes as Ctrl. */
      canvas.addEventListener('wheel', e => {
        if (!e.ctrlKey && document.activeElement !== canvas) return;
        e.preventDefault();
        this.look(this.zoom * Math.exp(clamp(-e.deltaY, -200, 200) * (e.ctrlKey ? .01 : .002)), this.place(...at(e)));
      }, {passive: false});
      canvas.addEventListener('pointerdown', e => {
        canvas.setPointerCapture(e.pointerId);
        this.pointers.set(e.pointerId, at(e));
      });
      canvas.addEventListener('pointermove', e => this.pointers.has(e.pointerId) ? this.drag(e.pointerId, at(e)) : this.hover(...at(e)));
      for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, e => this.pointers.delete(e.pointerId));
      canvas.addEventListener('pointerleave', () => { this.readout.hidden = true; });
      canvas.addEventListener('dblclick', () => this.look(1));
      canvas.addEventListener('keydown', e => this.press(e));
    }
    /* One pointer moves the domain; two zoom about the place between them. */
    drag(id, now) {
      const before = this.pointers.get(id), other = [...this.pointers].find(([key]) => key !== id)?.[1];
      this.pointers.set(id, now);
      if (other) {
        const gap = p => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
        this.look(this.zoom * gap(now) / gap(before), this.place((now[0] + other[0]) / 2, (now[1] + other[1]) / 2));
      } else if (this.zoom > 1) {
        const [a, b] = [this.place(...before), this.place(...now)];
        this.moveTo(this.centre.map((v, d) => v + a[d] - b[d]));
      }
    }
    press(e) {
      const step = .1 / this.zoom, {lower, upper} = this.data;
      const move = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[e.key];
      if (e.ctrlKey || e.metaKey || e.altKey || move && this.zoom === 1) return;
      if (move) this.moveTo(this.centre.map((v, d) => v + move[d] * step * (upper[d] - lower[d])));
      else if (e.key === '+' || e.key === '=') this.look(this.zoom * 1.6);
      else if (e.key === '-') this.look(this.zoom / 1.6);
      else if (e.key === '0') this.look(1);
      else if (e.key === ' ') this.toggle();
      else return;
      e.preventDefault();
    }
  }

  for (const spec of JSON.parse(document.getElementById('davy-views').textContent)) page.views.push(new View(spec));
  window.davyViews = page.views;
})();
