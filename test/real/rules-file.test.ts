import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseRules} from '../../source/retention/parse-rules.js';
import {addImages, startRegistry} from '../helpers/journey-world.js';
import {
	makeHome,
	openProgram,
	pressAndWait,
	waitForIdle,
} from '../helpers/open-program.js';

test('the built program writes the rules of the screen to a file that jetsam plan reads', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['d', 'c', 'b', 'a']);
	const {server} = await startRegistry(t, {content});
	const home = await makeHome(t);
	const file = path.join(home, 'kept.yaml');
	const terminal = await openProgram(t, [`${server.host}/app`], {home});
	await waitForIdle(terminal, /4 digests, 4 tags/v);
	await pressAndWait(terminal, ['R', 'KEEP'], ['2', /the newest +2/v]);
	await pressAndWait(terminal, ['Ctrl-E', 'rules.yaml']);
	terminal.write(`\u0015${file}`);
	await waitForIdle(terminal, 'kept.yaml▏');
	await pressAndWait(terminal, ['Enter', 'Written.']);
	const {sets} = parseRules(await readFile(file, 'utf8'), file);
	t.deepEqual(
		sets.map(({keepNewest, repositories}) => ({keepNewest, repositories})),
		[{keepNewest: 2, repositories: ['app']}],
	);
});
