/**
 * What is wrong with this Node, or undefined. `range` is package.json's `engines.node`, of the form `>=20.19.0`; `found` is this
 * Node's version, without `v`.
 */
export function nodeProblem(range, found) {
  const wanted = range.replace(/^>=\s*/, '');
  if (compare(found, wanted) >= 0) return undefined;
  return (
    `Cloud Resume needs Node.js ${wanted} or newer; this is Node.js ${found} (${process.execPath}).\n` +
    'Install a current one from https://nodejs.org/ (or with nvm: nvm install 22), then run the same command again.'
  );
}

function compare(a, b) {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < 3; i++) {
    const difference = parseInt(left[i] || '0', 10) - parseInt(right[i] || '0', 10);
    if (difference !== 0) return difference;
  }
  return 0;
}
