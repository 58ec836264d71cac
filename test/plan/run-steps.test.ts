import test from 'ava';
import {listDeletes, reviewMarks} from '../helpers/fake-world.js';

const names = ['one', 'two', 'three', 'four', 'five', 'six'];
const entriesOf = (prefix: string) =>
	Object.fromEntries(names.map(name => [`${prefix}-${name}`, {tags: [name]}]));
const marked = ['app', 'web', 'api', 'job'].flatMap(prefix =>
	names.map(name => `${prefix}-${name}`),
);
const review = async (t: Parameters<typeof reviewMarks>[0]) =>
	reviewMarks(t, {
		repositories: {
			app: entriesOf('app'),
			web: entriesOf('web'),
			api: entriesOf('api'),
			job: entriesOf('job'),
		},
		marked,
	});

test('many at once: deletes of one repository overlap once it has let one go, and all end', async t => {
	const {run, faults, server} = await review(t);
	let underWay = 0;
	let second: () => void = () => undefined;
	const overlap = new Promise<void>(resolve => {
		second = resolve;
	});
	let count = 0;
	faults.intercept = async ({method, path}) => {
		if (method === 'DELETE' && path.includes('/app/') && ++count > 1) {
			underWay++;
			if (underWay === 2) {
				second();
			}

			await overlap;
		}

		return false;
	};

	const outcomes = await run({stepsAtOnce: 32});
	t.true(outcomes.every(({kind}) => kind === 'deleted'));
	t.is(new Set(listDeletes(server)).size, marked.length);
});

test('safeguard 11: many at once, a host that refuses from the first is asked three times', async t => {
	const {run, faults, server} = await review(t);
	faults.intercept = ({method}, response) => {
		if (method === 'DELETE') {
			response.writeHead(403).end();
		}

		return method === 'DELETE';
	};

	const outcomes = await run({stepsAtOnce: 32});
	t.is(listDeletes(server).length, 3);
	t.is(outcomes.filter(({kind}) => kind === 'refused').length, 3);
	t.is(outcomes.filter(({kind}) => kind === 'not-reached').length, 21);
});

test('safeguard 11: many at once, a repository that cannot delete is asked once', async t => {
	const {run, faults, server} = await review(t);
	faults.intercept = ({method, path}, response) => {
		const isHit = method === 'DELETE' && path.includes('/web/');
		if (isHit) {
			response.writeHead(405).end();
		}

		return isHit;
	};

	const outcomes = await run({stepsAtOnce: 32});
	t.is(listDeletes(server).filter(path => path.includes('/web/')).length, 1);
	t.is(outcomes.filter(({kind}) => kind === 'refused').length, 6);
	t.is(outcomes.filter(({kind}) => kind === 'deleted').length, 18);
});
