// Runs in a page: what keeps people from reading it. Links and pictures without words, headings that jump, text too faint for its ground.
(() => {
  const named = (element) =>
    (element.textContent ?? '').trim() !== '' || (element.getAttribute('aria-label') ?? '') !== '';
  const wordless = [...document.querySelectorAll('a, button, summary, svg:not([aria-hidden]), img')]
    .filter((element) => !named(element))
    .map((element) => element.outerHTML.slice(0, 80));
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter((heading) => heading.closest('.markdown-body') === null)
    .map((heading) => Number(heading.tagName.charAt(1)));
  const jumps = levels.flatMap((level, at) =>
    level > (levels[at - 1] ?? 0) + 1 ? [`h${levels[at - 1]} to h${level}`] : [],
  );
  const numbers = (colour) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) return [];
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([red = 0, green = 0, blue = 0]) => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((one) =>
      one / 255 <= 0.040_45 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    if (element === null) return numbers(getComputedStyle(document.body).backgroundColor);
    const own = numbers(getComputedStyle(element).backgroundColor);
    const alpha = (own[3] ?? 0) / 255;
    if (alpha === 1) return own;
    const under = groundOf(element.parentElement);
    // a colour that lets something through was given without it by the canvas: mix
    return under.map((one, at) => (at === 3 ? 255 : (own[at] ?? 0) * alpha + one * (1 - alpha)));
  };
  const faint = [...document.querySelectorAll('body *')]
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== ''),
    )
    .filter((element) => element.closest('svg, [hidden], details:not([open]) > :not(summary)') === null)
    .flatMap((element) => {
      const [a, b] = [light(numbers(getComputedStyle(element).color)), light(groundOf(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return contrast < 4.5 ? [`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 80)}`] : [];
    });
  return { wordless, jumps, faint };
})();
