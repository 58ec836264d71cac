/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import test from 'ava';
import {createProgress} from '../../source/commands/progress.js';

const follow = (errorColumns: number | undefined, total: number) => {
	const printed: string[] = [];
	const progress = createProgress(
		{
			print() {
				throw new Error('The result alone goes there');
			},
			printError(text) {
				printed.push(text);
			},
			errorColumns,
		},
		{total, what: 'repositories read'},
	);
	return {progress, printed};
};

test('on a terminal a bar is drawn in one line, which is taken away at the end', t => {
	const {progress, printed} = follow(80, 4);
	progress.advance();
	progress.advance();
	t.deepEqual(printed, [
		`\r\u001B[K${'─'.repeat(24)} 0 of 4 repositories read`,
		`\r\u001B[K${'━'.repeat(6)}${'─'.repeat(18)} 1 of 4 repositories read`,
		`\r\u001B[K${'━'.repeat(12)}${'─'.repeat(12)} 2 of 4 repositories read`,
	]);
	progress.end();
	t.is(printed.at(-1), '\r\u001B[K');
	progress.end();
	t.is(printed.length, 4);
});

test('what is told besides stands above the bar, and is safe', t => {
	const {progress, printed} = follow(80, 2);
	progress.tell('refused: \u001B[2J');
	t.deepEqual(printed.slice(1), [
		'\r\u001B[K',
		'refused: \uFFFD[2J\n',
		printed[0]!,
	]);
});

test('a bar never fills its line, which would go on in the next', t => {
	const {progress, printed} = follow(20, 2);
	progress.advance();
	t.true(printed.every(text => text.replace('\r\u001B[K', '').length === 19));
});

test('where there is no terminal each tenth is a line, without the last', t => {
	const {progress, printed} = follow(undefined, 2000);
	for (let count = 0; count < 2000; count++) {
		progress.advance();
	}

	progress.end();
	t.is(printed.length, 9);
	t.is(printed[0], '200 of 2,000 repositories read\n');
	t.is(printed.at(-1), '1,800 of 2,000 repositories read\n');
	const few = follow(undefined, 1);
	few.progress.advance();
	few.progress.end();
	t.deepEqual(few.printed, []);
});
