import process from 'node:process';
import {startDemo} from './source/demo/start-demo.js';
import {startDemoClusters} from './source/demo/start-demo-clusters.js';
import {openWorld} from './source/commands/open-world.js';
import {explore} from './source/commands/explore.js';
import {readAddress} from './source/registry/read-address.js';
import {parseWhere} from './source/oci/reference.js';
import {usualCare} from './source/plan/care.js';
import {setTimeout as sleep} from 'node:timers/promises';
process.env['NODE_ENV'] = 'production';
const mode = process.argv[2] ?? 'full';
const demo = await startDemo(Date.now(), {latency: 0, dialect: {tagDeletes: 'untag'}});
const clusters = await startDemoClusters(Date.now(), demo);
const commandLine = {command: 'explore', where: undefined, readOnly: false, demo: true, contexts: 'all', leftOut: [], namespaces: [], files: [], uses: [], snapshots: [], elsewhere: false, pulls: [], insecureHosts: [], marks: undefined, json: false, plain: false, withoutContexts: []} as any;
const world: any = openWorld(commandLine, process.env, {given: [{host: demo.host, address: demo.url, source: 'demo', care: usualCare, kind: 'distribution-3'}], copyText() {}, log: undefined, kubeconfig: clusters.kubeconfig, demo: {kubeconfig: clusters.kubeconfig, host: demo.host, pulls: undefined}} as any);
const day = 86_400_000;
let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const read = async (request: any, {tell, signal}: any) => {
	const now = Date.now();
	const today = Math.floor(now / day);
	const tallies: any[] = [];
	if (request.repository !== undefined) return {tallies, sources: []};
	const base = {gaps: [], repository: undefined, records: 0, skipped: 0, firstProblem: undefined, remark: undefined, readAt: undefined, cost: undefined, progress: undefined, covers: undefined, proves: 'all-digests', state: 'read'};
	for (let i = 1; i < 12; i++) {
		tell({tallies: [], sources: [{...base, name: 'distribution-events:notifications.jsonl', progress: {done: i * 1e8, total: 1.2e9}}]});
		await sleep(mode === 'slow' ? 1000 : 30, undefined, {signal});
	}
	for (const [repository, {manifests}] of demo.content.repositories) {
		const busy = random();
		for (const digest of manifests.keys()) {
			const r = random();
			if (r < 0.5) continue;
			const days = new Map<number, number>();
			const from = Math.floor(random() * 120);
			const level = Math.ceil(200 * busy * random() ** 4);
			let last = 0;
			for (let d = from; d < from + 90 * random(); d++) {
				const n = Math.floor(level * random() * (1 + Math.sin(d / 7)));
				if (n > 0) { days.set(today - d, n); last ||= now - d * day - 3_600_000; }
			}
			if (last) tallies.push({source: 'distribution-events:notifications.jsonl', host: demo.host, repository, image: {kind: 'digest', digest}, action: 'pull', isApart: false, days, undated: 0, last, clients: new Map([['containerd', 40], ['docker', 12], ['kubelet', 3]])});
			if (r > 0.9) tallies.push({source: 'distribution-events:notifications.jsonl', host: demo.host, repository, image: {kind: 'digest', digest}, action: 'check', isApart: false, days: new Map([[today - 3, 9]]), undated: 0, last: now - 3 * day, clients: new Map()});
		}
	}
	const covers = {from: now - 200 * day, to: now - 60_000};
	const sources: any[] = [{...base, name: 'distribution-events:notifications.jsonl', covers, records: 1204332, readAt: now, skipped: mode === 'bad' ? 3 : 0, firstProblem: mode === 'bad' ? 'line 12 of notifications.jsonl is no JSON' : undefined}];
	if (mode === 'bad') {
		sources.push({...base, name: 'acr-events:logs/', covers, records: 900, readAt: now, gaps: [{name: '2026-11-03T14', message: 'The hour 2026-11-03T14 has no file.', span: {from: now - 20 * day, to: now - 20 * day + 3600e3}, canBeAccepted: true}]});
		sources.push({...base, proves: 'nothing', name: 'gcs-usage:bigquery://acme.storageanalysis.usage', state: 'costs', cost: request.spends.size ? undefined : {bytes: 9.3e9, most: 10.7e9}});
		sources.push({...base, proves: 'nothing', name: 'opensearch:https://x/y', state: 'failed', gaps: [{name: 'everything', message: 'x could not be reached (ECONNREFUSED). Check the address.', span: undefined, canBeAccepted: false}]});
	}
	return {tallies, sources};
};
world.pulls = {readChoice: async () => ({windowDays: 90, accepted: []}), saveChoice: async () => undefined, isKnown: async () => true, read};
await explore(world, {place: {where: parseWhere(readAddress(demo.url).address ?? demo.url)!}}, {print: t => process.stdout.write(t), printError: t => process.stderr.write(t), note() {}});
process.exit(0);
