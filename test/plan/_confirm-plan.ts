import test from 'ava';
import {usualCare} from '../../source/plan/care.js';
import {
	type ConfirmedPlan,
	confirmPlan,
	isConfirmed,
} from '../../source/plan/confirm-plan.js';
import {createPlan, planLifetime} from '../../source/plan/create-plan.js';
import type {Plan} from '../../source/plan/plan.js';
import {buildUseFacts} from '../helpers/build-uses.js';
import {buildReading, digestOf} from '../helpers/build-repository.js';

const registry = 'registry.example:5000';
const createdAt = Date.UTC(2026, 10, 22);

const makePlan = (marked: readonly string[]): Plan =>
	createPlan(
		marked.map(name => ({
			registry,
			repository: 'shop/app',
			digest: digestOf(name),
		})),
		{
			registry,
			readings: new Map([
				[
					'shop/app',
					buildReading('shop/app', {
						index: {tags: ['v1'], children: ['amd64']},
						amd64: {},
						held: {tags: ['held']},
						keeper: {tags: ['v2'], children: ['held']},
					}),
				],
			]),
			problems: new Map(),
			uses: buildUseFacts(createdAt),
			lifts: new Set(),
			care: usualCare,
			now: createdAt,
		},
	);

const plan = makePlan(['index', 'held']);
const phrase = 'delete 2 from registry.example:5000';

// Ava makes one space of several in a title.
const show = (typed: string): string =>
	JSON.stringify(typed).replaceAll(' ', '·');

const refusalOf = (
	result: ConfirmedPlan | {readonly refusal: string},
): string | undefined => (isConfirmed(result) ? undefined : result.refusal);

for (const typed of [
	phrase,
	` ${phrase}`,
	`${phrase}\n`,
	`\t ${phrase} \r\n`,
]) {
	test(`confirmed by ${show(typed)}`, t => {
		const result = confirmPlan(plan, typed, createdAt);
		t.true(isConfirmed(result));
		t.is<unknown, unknown>(result, plan);
	});
}

for (const typed of [
	'',
	' ',
	'y',
	'yes',
	'delete',
	'delete 2',
	'delete 2 from',
	'delete 1 from registry.example:5000',
	'delete 3 from registry.example:5000',
	'delete 22 from registry.example:5000',
	'delete two from registry.example:5000',
	'delete 2 from registry.example',
	'delete 2 from registry.example:500',
	'delete 2 from registry.example:50000',
	'delete 2 from other.example:5000',
	'Delete 2 from registry.example:5000',
	'DELETE 2 FROM REGISTRY.EXAMPLE:5000',
	'delete  2 from registry.example:5000',
	'delete 2  from registry.example:5000',
	'delete 2\nfrom registry.example:5000',
	'delete 2 from registry.example:5000.',
	'"delete 2 from registry.example:5000"',
	'delete 2 from registry.example:5000 delete 2 from registry.example:5000',
	'please delete 2 from registry.example:5000',
]) {
	test(`safeguard 5: not confirmed by ${show(typed)}`, t => {
		t.is(
			refusalOf(confirmPlan(plan, typed, createdAt)),
			`To delete, type exactly: ${phrase}`,
		);
	});
}

test('a plan holds for a day and not longer', t => {
	t.true(isConfirmed(confirmPlan(plan, phrase, createdAt + planLifetime)));
	t.is(planLifetime, 24 * 60 * 60 * 1000);
	t.is(
		refusalOf(confirmPlan(plan, phrase, createdAt + planLifetime + 1)),
		'This plan is older than a day; go back and review the marks again.',
	);
});

test('a plan of which nothing can go is not confirmed, whatever is typed', t => {
	const empty = makePlan(['held']);
	t.is(empty.blocked.length, 1);
	for (const typed of ['', empty.phrase]) {
		t.is(
			refusalOf(confirmPlan(empty, typed, createdAt)),
			'Nothing in this plan can go, so there is nothing to confirm.',
		);
	}
});
