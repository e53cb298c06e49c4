// Returns the faults of a page for people who do not see it, do not see it well, or do not use a mouse.
const faults = [];
const say = (element, fault) => faults.push(fault + ': ' + element.outerHTML.slice(0, 120));
for (const input of document.querySelectorAll('input:not([type=hidden])'))
  if (!input.labels.length) say(input, 'no label');
for (const element of document.querySelectorAll('a, button'))
  if (!element.textContent.trim()) say(element, 'no name');
for (const svg of document.querySelectorAll('svg'))
  if (!svg.closest('[aria-hidden=true]')) say(svg, 'not hidden and without a name');
for (const table of document.querySelectorAll('table')) {
  if (!table.getAttribute('aria-label')) say(table, 'no name');
  const columns = table.querySelectorAll('thead th[scope=col]').length;
  for (const row of table.tBodies[0].rows) if (row.cells.length !== columns) say(row, 'cells');
}
for (const section of document.querySelectorAll('section'))
  if (!document.getElementById(section.getAttribute('aria-labelledby'))) say(section, 'no name');
const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => faults.push('twice: ' + id));
let level = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) say(heading, 'level skipped');
  level = next;
}
for (const name of ['main', 'header', 'nav', 'h1'])
  if (document.querySelectorAll(name).length !== 1) faults.push('not one ' + name);
if (!document.documentElement.lang || !document.title) faults.push('no language or title');
const luminance = color => {
  const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = element => {
  for (let e = element; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if (!color.startsWith('rgba(0, 0, 0, 0')) return color;
  }
  return 'rgb(255, 255, 255)';
};
for (const element of document.querySelectorAll('h1, h2, h3, p, a, td, th, span, button, pre, li, label, time')) {
  if (!element.textContent.trim()) continue;
  const a = luminance(getComputedStyle(element).color), b = luminance(background(element));
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) say(element, 'contrast ' + contrast.toFixed(2));
}
return faults;
