// Keeps the page up to date while it is visible: reads it again, and changes only what differs, so that focus and position stay.
'use strict';
(() => {
  const PERIOD = 5000;
  const live = document.getElementById('live');
  const skew = Date.parse(document.body.dataset.now) - Date.now();
  const RELATIVE = /(<time [^>]*data-relative[^>]*>)[^<]*/g;
  let timer;
  let running = false;

  function duration(milliseconds) {
    const s = Math.max(0, Math.floor(milliseconds / 1000));
    if (s < 120) return s + ' s';
    if (s < 7200) return Math.floor(s / 60) + ' min';
    if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
    return Math.floor(s / 86400) + ' days ' + Math.floor(s % 86400 / 3600) + ' h';
  }

  function tick() {
    const now = Date.now() + skew;
    for (const time of document.querySelectorAll('time[data-relative]')) {
      const then = Date.parse(time.dateTime);
      const text = time.dataset.relative === 'since' ? duration(now - then)
        : then > now ? 'in ' + duration(then - now) : 'now';
      if (time.textContent !== text) time.textContent = text;
    }
  }

  // An element without its relative times, which change by themselves.
  const content = element => element.outerHTML.replace(RELATIVE, '$1');

  function rows(from, to) {
    const old = new Map([...from.children].map(row => [row.id, row]));
    const left = new Set([...to.children].map(row => row.id));
    // First, so that the other rows stay where they are: a row that is moved loses the focus.
    old.forEach((row, id) => left.has(id) || row.remove());
    let at = from.firstElementChild;
    for (const row of [...to.children]) {
      const before = old.get(row.id);
      const kept = before && content(before) === content(row) ? before : row;
      if (before && kept !== before) {
        if (before === at) at = at.nextElementSibling;
        before.remove();
      }
      if (kept === at) at = at.nextElementSibling;
      else from.insertBefore(kept, at);
    }
  }

  function change(from, to) {
    if ('keep' in to.dataset || content(from) === content(to)) return;
    if (from.tagName === 'TBODY' && from.id === to.id) {
      rows(from, to);
    } else if (from.tagName === to.tagName && from.id === to.id && ['MAIN', 'SECTION', 'TABLE', 'NAV'].includes(from.tagName)
        && from.children.length === to.children.length) {
      const next = [...to.children];
      [...from.children].forEach((child, i) => change(child, next[i]));
    } else {
      from.replaceWith(to);
    }
  }

  // Finds the element that has the focus again if its row was replaced.
  function keepFocus(action) {
    const active = document.activeElement;
    const place = active && active.closest('main [id]');
    const all = element => [...element.querySelectorAll('a, button, input, pre')];
    const index = place ? all(place).indexOf(active) : -1;
    action();
    if (index >= 0 && document.activeElement !== active) {
      const again = active.isConnected ? place : document.getElementById(place.id);
      if (again && all(again)[index]) all(again)[index].focus({preventScroll: true});
    }
  }

  function say(text, stale) {
    live.textContent = text;
    live.classList.toggle('stale', stale);
  }

  async function update() {
    const start = performance.now();
    let wait = PERIOD;
    running = true;
    try {
      const response = await fetch(location.href, {headers: {Accept: 'text/html'}, cache: 'no-store', redirect: 'error'});
      if (response.status === 401) {
        location.reload();
        return;
      }
      if (!response.ok) throw new Error('status ' + response.status);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      keepFocus(() => {
        for (const name of ['nav', 'main']) change(document.querySelector(name), page.querySelector(name));
      });
      tick();
      say('Live.', false);
      // A large cluster is read less often.
      wait = Math.max(PERIOD, 10 * (performance.now() - start));
    } catch (error) {
      say('Not updated: the console does not answer (' + error.message + '). It is asked again.', true);
    } finally {
      running = false;
    }
    schedule(wait);
  }

  function schedule(wait) {
    clearTimeout(timer);
    // Nothing is asked while nobody looks, so that the console goes back to zero.
    if (!document.hidden) timer = setTimeout(update, wait);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !running) schedule(0);
  });
  setInterval(tick, 1000);
  tick();
  schedule(PERIOD);
})();
