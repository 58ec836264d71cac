import type {Trouble} from '../plain/doctor-check.js';
import type {ClusterFacts} from '../plain/judge-cluster.js';
import {usualPatience} from '../uses/kubernetes/api-client.js';
import {ApiError} from '../uses/kubernetes/api-error.js';
import {openContext} from '../uses/kubernetes/context-access.js';
import type {Kubeconfig, KnownContext} from '../uses/kubernetes/kubeconfig.js';
import {probeContext} from '../uses/kubernetes/probe-context.js';
import type {Clock, UsesChoice, World} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Patients} from './doctor.js';
import {attempt} from './doctor-trouble.js';
import {loadContexts} from './open-use-sources.js';
import type {Environment} from './open-world.js';

/** Milliseconds that a cluster has for each answer. */
const longestWait = 20_000;

/** Finds out whether the cluster of a context can be asked who needs an image. One object of each kind is listed, and nothing else is read. */
export const examineCluster = async (
	context: KnownContext,
	{
		kubeconfig,
		choice: {leftOut, accepted},
		clock,
		signal,
	}: {
		readonly kubeconfig: Kubeconfig;
		readonly choice: UsesChoice;
		readonly clock: Clock;
		readonly signal: AbortSignal;
	},
): Promise<ClusterFacts> => {
	const {name} = context;
	if (leftOut.includes(name)) {
		return {kind: 'left-out'};
	}

	try {
		const {refused, ...probe} = await probeContext(
			openContext(kubeconfig, context, clock),
			{clock, patience: {...usualPatience, answer: longestWait}, signal},
		);
		return {
			kind: 'answers',
			...probe,
			refused: refused.map(({kind, problem}) => ({
				kind,
				problem,
				isAccepted: accepted.some(
					gap =>
						gap.context === name && gap.kind === kind && gap.namespace === '',
				),
			})),
		};
	} catch (error) {
		if (error instanceof ApiError) {
			return {kind: 'silent', problem: error.message};
		}

		throw error;
	}
};

/** Those that were named, or all of the kubeconfig. */
export const findClusters = async (
	{contexts}: CommandLine,
	{
		world,
		environment,
		home,
		demoKubeconfig,
		clock,
		signal,
		troubles,
	}: {
		world: World;
		environment: Environment;
		home: string;
		demoKubeconfig: string | undefined;
		clock: Clock;
		signal: AbortSignal;
		troubles: Trouble[];
	},
): Promise<Patients['clusters']> => {
	const choice = await world.uses.readChoice();
	const kubeconfig = await attempt(
		async () =>
			loadContexts({
				kubeconfig: {kubeconfig: environment['KUBECONFIG'], home},
				demoKubeconfig,
			}),
		{otherwise: undefined, troubles},
	);
	return (kubeconfig?.contexts ?? [])
		.filter(({name}) => typeof contexts !== 'object' || contexts.includes(name))
		.map(context => ({
			name: context.name,
			source: context.server,
			examine: async () =>
				examineCluster(context, {
					kubeconfig: kubeconfig!,
					choice,
					clock,
					signal,
				}),
		}));
};
