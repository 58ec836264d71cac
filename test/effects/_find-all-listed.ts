/* eslint-disable ava/no-ignored-test-files -- effects.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {createSession} from '../../source/effects/create-session.js';
import {makePlans} from '../../source/effects/make-plans.js';
import type {Plan} from '../../source/plan/plan.js';
import {collectReading} from '../../source/plan/collect-reading.js';
import {repositoryKey} from '../../source/state/state.js';
import type {Registry} from '../../source/world.js';
import {addImages, journeyWorld} from '../helpers/journey-world.js';

/** Plans one of the images of `app`, with the other repositories read that are named. */
const plan = async (
	t: ExecutionContext,
	{
		listsUntagged = true,
		read = [],
		age = 0,
		catalog = 'listed',
	}: {
		listsUntagged?: boolean;
		read?: readonly string[];
		age?: number;
		catalog?: 'listed' | 'denied';
	},
): Promise<Plan | undefined> => {
	const content = createRegistryContent();
	const [digest] = addImages(content, 'app', ['v1', 'v2']);
	addImages(content, 'other', ['v1']);
	const {world, server, clock} = await journeyWorld(t, {content, catalog});
	const {signal} = new AbortController();
	const opened = await world.openRegistry(server.host, signal);
	const {capabilities} = opened;
	const registry: Registry = {
		...opened,
		capabilities: {...capabilities, listsUntagged},
	};
	const session = createSession(
		{...world, openRegistry: async () => registry},
		{registries: new Map(), signal},
	);
	for (const repository of read) {
		session.readings.set(
			repositoryKey(server.host, repository),
			await collectReading(registry, repository, {clock, signal}),
		);
	}

	clock.advance(age);
	server.requests.length = 0;
	let made: Plan | undefined;
	await makePlans(
		session,
		{
			marks: [{registry: server.host, repository: 'app', digest: digest!}],
			lifts: new Set(),
			pulls: undefined,
		},
		message => {
			made = message.kind === 'plans-made' ? message.plans[0] : made;
		},
	);
	t.is(
		server.requests.some(({path}) => path.startsWith('/v2/_catalog')),
		listsUntagged,
	);
	t.is(made?.steps.length, 1);
	return made;
};

test('bytes are exact where untagged digests are listed and every repository was read', async t => {
	const made = await plan(t, {read: ['other']});
	t.true(made?.isExact);
});

const rows: ReadonlyArray<readonly [string, Parameters<typeof plan>[1]]> = [
	[
		'where untagged digests are not listed',
		{read: ['other'], listsUntagged: false},
	],
	['where a repository was not read', {}],
	['where one was read too long ago', {read: ['other'], age: 61_000}],
	['where the repositories are not told', {read: ['other'], catalog: 'denied'}],
];

for (const [title, options] of rows) {
	test(`bytes are at most so many ${title}`, async t => {
		const made = await plan(t, options);
		t.false(made?.isExact);
	});
}
