import { join } from 'path';
import { installEngine, isEngineMissing } from './engine.mjs';
import { withLock } from './lock.mjs';
import { install } from './npm.mjs';
import { isStamped, stamp, treeState } from './tree.mjs';

/**
 * Makes node_modules complete: at once where it is, else by npm.
 * Rejects with an Error whose message is for the user.
 * @param {string} root the project's folder
 * @param {boolean} withDev whether the development dependencies are needed
 * @param {(text: string) => void} say tells the user what is being done
 */
export async function completeDependencies(root, withDev, say) {
  if (isStamped(root, withDev) && !isEngineMissing(root)) return;
  await withLock(join(root, '.cache', 'setup.lock'), say, () => completeTree(root, withDev, say));
}

function completeTree(root, withDev, say) {
  let state = treeState(root);
  if (!state.production || (withDev && !state.dev)) {
    // A tree that has the development dependencies keeps them, whoever asks.
    const dev = withDev || state.hasDev;
    install(root, dev, say);
    state = treeState(root);
    if (!state.production || (dev && !state.dev))
      throw new Error(
        'npm ci ended well but node_modules is not what package-lock.json describes.\nRun npm install, then try again.',
      );
  }
  stamp(root, state);
  if (isEngineMissing(root)) installEngine(root, say);
}
