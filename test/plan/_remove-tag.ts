import test from 'ava';
import {buildUseFacts} from '../helpers/build-uses.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {confirmPlan, isConfirmed} from '../../source/plan/confirm-plan.js';
import {createTagPlan} from '../../source/plan/create-tag-plan.js';
import {executePlan} from '../../source/plan/execute-plan.js';
import {collectReading} from '../../source/plan/collect-reading.js';
import {capabilitiesOf} from '../../source/registry/kinds.js';
import {
	collectOutcomes,
	createManualClock,
	listDeletes,
	openTestRegistry,
} from '../helpers/fake-world.js';
import {addImages} from '../helpers/journey-world.js';

test('a confirmed plan does not stand in for a registry that can remove a tag', async t => {
	const clock = createManualClock();
	const content = createRegistryContent();
	const [digest] = addImages(content, 'app', ['a b']);
	const {registry, server} = await openTestRegistry(t, {content, clock});
	const {signal} = new AbortController();
	const reading = await collectReading(registry, 'app', {clock, signal});
	const plan = createTagPlan(
		{registry: registry.host, repository: 'app', digest: digest!, tag: 'a'},
		{
			reading,
			problem: undefined,
			capabilities: capabilitiesOf('distribution-3'),
			uses: buildUseFacts(clock.now()),
			isLifted: false,
			now: clock.now(),
		},
	);
	const confirmed = confirmPlan(plan, plan.phrase, clock.now());
	if (!isConfirmed(confirmed)) {
		throw new Error(confirmed.refusal);
	}

	const outcomes = await collectOutcomes(
		executePlan(confirmed, {
			registry,
			readings: new Map([['app', reading]]),
			journal: undefined,
			trash: undefined,
			keepBlobs: false,
			clock,
			readUses: async () => buildUseFacts(clock.now()),
			readPulls: async () => undefined,
			stop: signal,
			abort: signal,
		}),
	);
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['refused'],
	);
	t.deepEqual(listDeletes(server), []);
});
