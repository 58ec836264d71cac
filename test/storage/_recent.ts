import test from 'ava';
import {addRepository, addVisit} from '../../source/storage/recent.js';
import type {SavedVisit} from '../../source/storage/settings.js';

const at = (day: number): number => Date.UTC(2026, 10, day);

const visit = (
	address: string,
	day: number,
	repositories?: readonly string[],
): SavedVisit => ({
	address,
	visitedAt: new Date(at(day)).toISOString(),
	...(repositories && {repositories}),
});

const list = (visits: readonly SavedVisit[]): readonly string[] =>
	visits.map(({address}) => address);

const before = [visit('r.example', 2, ['app']), visit('q.example/team', 1)];

const visits: ReadonlyArray<
	readonly [address: string, after: readonly string[], keeps: boolean]
> = [
	['new.example', ['new.example', 'r.example', 'q.example/team'], false],
	['r.example', ['r.example', 'q.example/team'], true],
	['https://R.example/', ['https://R.example/', 'q.example/team'], true],
	['q.example/team', ['q.example/team', 'r.example'], false],
	['q.example', ['q.example', 'r.example', 'q.example/team'], false],
	['not an address', ['not an address', 'r.example', 'q.example/team'], false],
];

for (const [address, after, keeps] of visits) {
	test(`a visit to ${address} stands first, once`, t => {
		const added = addVisit(before, {address, visitedAt: at(9)});
		t.deepEqual(list(added), after);
		t.is(added[0]?.visitedAt, '2026-11-09T00:00:00.000Z');
		t.deepEqual(added[0]?.repositories, keeps ? ['app'] : undefined);
		t.is(before.length, 2);
	});
}

test('the thirty newest visits are kept', t => {
	let recent: readonly SavedVisit[] = [];
	for (let index = 0; index < 40; index++) {
		recent = addVisit(recent, {
			address: `r${index}.example`,
			visitedAt: at(1) + index,
		});
	}

	t.is(recent.length, 30);
	t.is(recent[0]?.address, 'r39.example');
	t.is(recent.at(-1)?.address, 'r10.example');
});

test('a repository that was opened by its name stands first, once; its registry is visited by that', t => {
	const once = addRepository(before, {
		address: 'q.example/team',
		repository: 'team/a',
		visitedAt: at(9),
	});
	t.deepEqual(list(once), ['q.example/team', 'r.example']);
	const twice = addRepository(once, {
		address: 'r.example',
		repository: 'web',
		visitedAt: at(10),
	});
	t.deepEqual(twice[0], visit('r.example', 10, ['web', 'app']));
	const again = addRepository(twice, {
		address: 'r.example',
		repository: 'app',
		visitedAt: at(11),
	});
	t.deepEqual(again[0]?.repositories, ['app', 'web']);
	t.deepEqual(again[1]?.repositories, ['team/a']);
});

test('the fifty repositories that were opened last are kept of a registry', t => {
	let recent: readonly SavedVisit[] = [];
	for (let index = 0; index < 60; index++) {
		recent = addRepository(recent, {
			address: 'r.example',
			repository: `app${index}`,
			visitedAt: at(1),
		});
	}

	t.is(recent[0]?.repositories?.length, 50);
	t.is(recent[0]?.repositories?.[0], 'app59');
});
