import {
	parseImageId,
	parseImageReference,
} from '../../source/evidence/image-reference.js';
import type {UseFacts} from '../../source/plan/judge-use.js';
import type {UsesChoice, UsesSources} from '../../source/world.js';
import type {
	Use,
	UseGap,
	UsesReading,
	UsesSource,
} from '../../source/evidence/use.js';

/** The time at which everything in these tests is read. */
export const readAt = Date.parse('2026-03-01T12:00:00Z');

/** A use of what `written` names: a reference, or with `imageId` what a runtime reports. A running container of a Pod where nothing else is said. */
export const buildUse = (
	written: string,
	fields: Partial<Use> & {readonly imageId?: boolean} = {},
): Use => {
	const {imageId, ...rest} = fields;
	const image = imageId ? parseImageId(written) : parseImageReference(written);
	if (!image) {
		throw new Error(`${written} names no image`);
	}

	return {
		image,
		written,
		role: 'running',
		kind: 'Pod',
		context: 'prod',
		namespace: 'shop',
		name: 'api-1',
		container: 'app',
		owner: undefined,
		replicas: undefined,
		since: undefined,
		...rest,
	};
};

/** A context that was read completely, unless `fields` say otherwise. */
export const buildSource = (fields: Partial<UsesSource> = {}): UsesSource => ({
	kind: 'context',
	name: 'prod',
	state: 'read',
	readAt,
	gaps: [],
	kinds: [],
	namespaces: [],
	...fields,
});

/** A gap that nobody may accept, about everything. */
export const buildGap = (fields: Partial<UseGap> = {}): UseGap => ({
	message: 'Pods in namespace x timed out.',
	kind: 'Pod',
	namespace: 'x',
	isRefusal: false,
	repositories: undefined,
	...fields,
});

/** What one complete context told. */
export const buildUsesReading = (
	uses: readonly Use[],
	sources: readonly UsesSource[] = [buildSource()],
): UsesReading => ({uses, sources});

/** What a plan gets where a complete context was read just now. */
export const buildUseFacts = (
	now: number,
	uses: readonly Use[] = [],
	sources: readonly UsesSource[] = [buildSource({readAt: now})],
): UseFacts => ({
	reading: buildUsesReading(uses, sources),
	accepted: [],
	isHeldBy: () => false,
});

const usualChoice: UsesChoice = {
	contexts: 'current',
	leftOut: [],
	accepted: [],
};

/** The sources of uses of a world whose clusters a test writes down. */
export const buildUsesSources = (
	read: () => UsesReading,
	choice: UsesChoice = usualChoice,
): UsesSources & {readonly saved: UsesChoice[]} => {
	const saved: UsesChoice[] = [];
	return {
		saved,
		readChoice: async () => choice,
		async saveChoice(next) {
			saved.push(next);
			return undefined;
		},
		read: async () => read(),
		watch: () => ({current: async () => read(), close: () => undefined}),
	};
};
