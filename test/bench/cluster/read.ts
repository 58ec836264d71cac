/*
A process of its own, bundled as jetsam is: loads the program and the client library, reads the cluster of the current context, and prints what that took of time and of memory.
*/
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {usualPatience} from '../../../source/uses/kubernetes/api-client.js';
import {openContext} from '../../../source/uses/kubernetes/context-access.js';
import {loadKubeconfig} from '../../../source/uses/kubernetes/kubeconfig.js';
import {readContextUses} from '../../../source/uses/kubernetes/read-context.js';

// What an operator has running already when a cluster is asked.
await import('../../../source/commands/explore.js');
await import('../../../source/ui/start.js');
const clock = {
	now: () => Date.now(),
	async sleep(milliseconds: number, signal: AbortSignal) {
		await sleep(milliseconds, undefined, {signal});
	},
};
const kubeconfig = await loadKubeconfig({
	kubeconfig: process.env['KUBECONFIG'],
	home: '/',
});
const [context] = kubeconfig.contexts;
if (!context) {
	throw new Error('There is no context.');
}

globalThis.gc?.();
const before = process.memoryUsage.rss();
const {uses, sources} = await readContextUses(
	openContext(kubeconfig, context, clock),
	{
		clock,
		patience: usualPatience,
		namespaces: [],
		signal: new AbortController().signal,
	},
);
// Kilobytes.
const most = process.resourceUsage().maxRSS * 1024;
console.log(
	JSON.stringify({
		uses: uses.length,
		gaps: sources.flatMap(({gaps}) => gaps.map(({message}) => message)),
		before,
		most,
		after: process.memoryUsage.rss(),
	}),
);
