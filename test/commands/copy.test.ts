import test, {type ExecutionContext} from 'ava';
import {copy} from '../../source/commands/copy.js';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {addIndex} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseHome, usualTemplate} from '../../source/move/home.js';
import {UserError} from '../../source/user-error.js';
import {addWhole, platformOf} from '../helpers/add-whole.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {journeyWorld, startRegistry} from '../helpers/journey-world.js';

/** Two registries, with an index of two platforms in the one; a cluster names it, and one image that is gone. */
const open = async (
	t: ExecutionContext,
	{names = ['team/app:1', 'team/gone:2'], isWhole = true} = {},
) => {
	const there = createRegistryContent();
	const children = ['amd64', 'arm64'].map(architecture => ({
		...addWhole(there, 'team/app', {
			layers: [[architecture, 1000]],
			architecture,
		}),
		platform: platformOf(architecture),
	}));
	addIndex(there, 'team/app', {tags: ['1'], children});
	const source = await startRegistry(t, {content: there});
	const content = createRegistryContent();
	const {world, server} = await journeyWorld(t, {
		content,
		uses: buildUsesSources(() =>
			buildUsesReading(
				names.map(name => buildUse(`${source.server.host}/${name}`)),
				[
					buildSource(),
					...(isWhole
						? []
						: [buildSource({name: 'edge', gaps: [buildGap({})]})]),
				],
			),
		),
	});
	const run = async (
		options: Partial<Parameters<typeof copy>[1]>,
	): Promise<{code: number; errors: string}> => {
		let errors = '';
		const code = await runInterruptibly(world, async session =>
			copy(
				session,
				{
					references: [],
					elsewhere: false,
					home: parseHome(`${server.host}/mirror`),
					mapFile: undefined,
					template: usualTemplate,
					out: undefined,
					platforms: [],
					yes: true,
					confirm: [],
					json: false,
					...options,
				},
				{
					print: () => undefined,
					printError(text) {
						errors += text;
					},
					isTerminal: false,
				},
			),
		);
		return {code, errors};
	};

	return {
		run,
		name: `${source.server.host}/team/app:1`,
		gone: `${source.server.host}/team/gone:2`,
		tags: () =>
			content.repositories.get('mirror/team/app')?.tags ??
			new Map<string, string>(),
	};
};

test('copy --elsewhere copies what is known and says what could not be read', async t => {
	const {run, tags} = await open(t, {names: ['team/app:1'], isWhole: false});
	const {code, errors} = await run({elsewhere: true});
	t.is(code, 0);
	t.regex(errors, /^jetsam: Not all of edge could be read, so images that/mv);
	t.is(tags().size, 1);
});

test('copy --elsewhere where nothing is known copies nothing, and says why', async t => {
	const {run, tags} = await open(t, {names: [], isWhole: false});
	const error = await t.throwsAsync(run({elsewhere: true}), {
		instanceOf: UserError,
	});
	t.regex(error.message, /Not all of edge could be read/v);
	t.is(tags().size, 0);
});

test('an image that is gone is said: of what clusters name the rest is copied, of what was named nothing', async t => {
	const {run, tags, name, gone} = await open(t);
	const error = await t.throwsAsync(run({references: [name, gone]}), {
		instanceOf: UserError,
	});
	t.is(error.message, `There is no ${gone}.`);
	t.is(tags().size, 0);
	const {code, errors} = await run({elsewhere: true});
	t.is(code, 1);
	t.true(errors.includes(`not copied: ${gone}: There is no ${gone}.`));
	t.is(tags().size, 1);
});

test('some platforms a second time move no tag; others do, by their phrase', async t => {
	const {run, tags, name} = await open(t, {names: []});
	const arm = {references: [name], platforms: ['linux/arm64']};
	const before = await run(arm);
	t.is(before.code, 0);
	const first = tags().get('1');
	const {code, errors} = await run(arm);
	t.is(code, 0);
	t.regex(errors, /whose tag means it already/v);
	t.is(tags().get('1'), first);
	await t.throwsAsync(run({references: [name]}), {
		instanceOf: UserError,
		message: /1 tag at home would move/v,
	});
	t.is(tags().get('1'), first);
});
