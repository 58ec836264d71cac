import type {LogFormat} from './engines/log-format.js';
import type {AskedSource} from './name-source.js';
import {recognisedKinds, type RecognisedKind} from './recognise-format.js';

/** What the operator has said of a source that changes how its files are read. */
export type SaidOfSource = Pick<
	AskedSource,
	'declared' | 'anonymousReadsAreRefused'
>;

/** The kinds of logs that files hold, and how each is read. */
const formatsOf: Readonly<
	Record<RecognisedKind, (said: SaidOfSource) => Promise<LogFormat>>
> = {
	async 'gcs-usage'() {
		const {createGcsUsageFormat} = await import('./gcs-usage.js');
		return createGcsUsageFormat();
	},
	async 'acr-events'() {
		const {createAcrFormat} = await import('./acr-events.js');
		return createAcrFormat();
	},
	async 'ar-audit'(said) {
		const formats = await import('./log-formats.js');
		return formats.createArtifactRegistryFormat(said);
	},
	async 'kubernetes-events'() {
		const formats = await import('./log-formats.js');
		return formats.kubernetesEventsFormat;
	},
	async 'distribution-events'({declared: {from, to}}) {
		const formats = await import('./log-formats.js');
		return formats.createDistributionEventsFormat({
			declared:
				from === undefined
					? undefined
					: {from, to: to ?? Number.POSITIVE_INFINITY},
		});
	},
	async 'distribution-log'() {
		const formats = await import('./log-formats.js');
		return formats.distributionLogFormat;
	},
};

const fileKinds: ReadonlySet<string> = new Set(recognisedKinds);

/** Whether files hold logs of a kind. */
export const isFileKind = (kind: string): kind is RecognisedKind =>
	fileKinds.has(kind);

/** How the files of a kind are read; loaded when it is asked for. */
export const openFormat = async (
	kind: RecognisedKind,
	said: SaidOfSource,
): Promise<LogFormat> => formatsOf[kind](said);
