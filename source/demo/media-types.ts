/** Media type of an OCI image manifest (OCI image spec, media types). */
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
/** Media type of an OCI index. */
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
/** Media type of an OCI image's config. */
export const ociConfig = 'application/vnd.oci.image.config.v1+json';
/** Media type of an OCI image's layer. */
export const ociLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';
/** Media type of the config of an artifact that has none; its blob is `{}`. */
export const ociEmpty = 'application/vnd.oci.empty.v1+json';
/** Media type of a Docker schema 2 manifest. */
export const dockerManifest =
	'application/vnd.docker.distribution.manifest.v2+json';
/** Media type of a Docker manifest list, which is an index. */
export const dockerIndex =
	'application/vnd.docker.distribution.manifest.list.v2+json';
/** Media type of a Docker schema 2 config. */
export const dockerConfig = 'application/vnd.docker.container.image.v1+json';
/** Media type of a Docker schema 2 layer. */
export const dockerLayer = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
/** Media type of the config of a Helm chart. */
export const helmConfig = 'application/vnd.cncf.helm.config.v1+json';
/** Media type of a Helm chart's only layer. */
export const helmChart = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
