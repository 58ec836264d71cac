import type {Key} from './keymap.js';
import {commonKeys} from './keys/common-keys.js';
import {homeKeys} from './keys/home-keys.js';
import {lookingKeys} from './keys/looking-keys.js';
import {markingKeys} from './keys/marking-keys.js';
import {movingKeys} from './keys/moving-keys.js';
import {rulesKeys} from './keys/rules-keys.js';

/** Every key of the explorer, in the order of the footer and the help. Where letters are text, no letter is a key. */
export const keys: readonly Key[] = [
	...movingKeys,
	...markingKeys,
	...rulesKeys,
	...homeKeys,
	...lookingKeys,
	...commonKeys,
];
