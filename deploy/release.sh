#!/usr/bin/env bash
# Makes a release: the image, the Helm chart, the manifests in one file, the SBOM, the notes and the checksums. docs/releasing.md
# describes the steps before and after it.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'USAGE'
Usage: deploy/release.sh VERSION --image REPOSITORY [--output DIRECTORY] [--push] [--without-image] [--without-build]

  VERSION            such as 0.1.0: the version in pom.xml without -SNAPSHOT
  --image REPOSITORY repository of the image, such as registry.example/elastic-jupyter/functions
  --output DIRECTORY where the files are written; target/release by default
  --push             push the image and the chart, and sign them; nothing leaves the machine otherwise
  --without-image    do not build an image: the files name REPOSITORY:VERSION
  --without-build    do not run Maven: functions/target/bom.json exists already
USAGE
}

fail() {
  echo "release.sh: $*" >&2
  exit 1
}

version='' image='' output=target/release push=false with_image=true with_build=true
while [ $# -gt 0 ]; do
  case $1 in
    --image | --output) [ $# -gt 1 ] || fail "$1 needs a value" ;;&
    --image) image=$2 && shift ;;
    --output) output=$2 && shift ;;
    --push) push=true ;;
    --without-image) with_image=false ;;
    --without-build) with_build=false ;;
    -h | --help) usage && exit ;;
    -*) usage >&2 && fail "unknown option $1" ;;
    *) [ -z "$version" ] || fail "more than one version: $version and $1" && version=$1 ;;
  esac
  shift
done
[ -n "$version" ] && [ -n "$image" ] && [ -n "$output" ] || { usage >&2 && fail "VERSION or REPOSITORY is missing"; }
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "the version '$version' is not like 0.1.0 or 0.1.0-rc.1"
[[ ! ${image##*/} =~ [:@] ]] || fail "--image is a repository, without tag or digest: $image"
$push && ! $with_image && fail "--push needs the image: remove --without-image"

# What the steps need. All missing programs are reported at once.
helm=${HELM:-helm}
programs=(git kubectl "$helm" sha256sum awk)
$with_build && programs+=(mvn)
$with_image && programs+=(docker)
$push && programs+=(cosign)
missing=()
for program in "${programs[@]}"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} -eq 0 ] || fail "missing programs: ${missing[*]} (docs/releasing.md)"
! $with_image || docker buildx version >/dev/null 2>&1 || fail "docker has no buildx, which builds the image"

in_pom=$(awk -F'[<>]' '/<version>/ {print $3; exit}' pom.xml)
[ "${in_pom%-SNAPSHOT}" = "${version%%-*}" ] || fail "the version in pom.xml is $in_pom, not $version"
changes=$(git status --porcelain)
if $push; then
  [ -z "$changes" ] || fail "there are uncommitted changes: a release is made from a commit"
  grep -qF "## [$version]" docs/CHANGELOG.md || fail "docs/CHANGELOG.md has no section '## [$version]'"
fi

# Only the files of this release are in the directory, so that the checksums list no others.
mkdir -p "$output"
[ -z "$(ls -A "$output")" ] || fail "the directory $output is not empty: delete its contents or use --output"
output=$(cd "$output" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

sbom() {
  ! $with_build || CI=true mvn -B -ntp -q -DskipTests -pl functions -am package
  [ -f functions/target/bom.json ] || fail "functions/target/bom.json does not exist: remove --without-build"
  cp functions/target/bom.json "$output/elastic-jupyter-$version.cdx.json"
}

# Sets the digest, by which the files then name the image.
digest='' pin="newTag: \"$version\"" named=$image:$version
build_image() {
  local destination="type=oci,dest=$output/elastic-jupyter-image-$version.tar,rewrite-timestamp=true"
  ! $push || destination="type=image,name=$image:$version,push=true,rewrite-timestamp=true"
  docker buildx build -f deploy/image/Dockerfile --provenance=mode=max --sbom=true --output "$destination" \
    --metadata-file "$work/image.json" .
  digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$work/image.json")
  [ -n "$digest" ] || fail "docker reported no digest of the image"
  pin="digest: $digest" named=$image@$digest
}

manifests() {
  mkdir -p "$work/repository"
  cp -R deploy eventing "$work/repository/"
  mkdir "$work/kustomization"
  cat >"$work/kustomization/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../repository/deploy]
images:
  - name: dev.local/elastic-jupyter/functions
    newName: $image
    $pin
YAML
  {
    echo "# Elastic Jupyter on Knative $version. Install it with: kubectl apply -f elastic-jupyter.yaml"
    kubectl kustomize "$work/kustomization"
  } >"$output/elastic-jupyter.yaml"
}

# The defaults of a released chart name the released image.
chart() {
  cp -R deploy/chart "$work/elastic-jupyter"
  sed -i -e "s|^  repository: .*|  repository: $image|" -e "s|^  digest: \"\"|  digest: \"$digest\"|" \
    "$work/elastic-jupyter/values.yaml"
  "$helm" lint --strict "$work/elastic-jupyter" --namespace elastic-jupyter --kube-version 1.36.0 >"$work/lint" ||
    fail "$(cat "$work/lint")"
  "$helm" package "$work/elastic-jupyter" --version "$version" --app-version "$version" --destination "$output" >/dev/null
}

# The section of the version; the section 'Unreleased' if the version has none yet.
notes() {
  local section="[$version]"
  grep -qF "## $section" docs/CHANGELOG.md || section='[Unreleased]'
  awk -v heading="## $section" 'index($0, "## ") == 1 {inside = index($0, heading) == 1; next} inside' docs/CHANGELOG.md |
    sed -e '/./,$!d' >"$output/NOTES.md"
  [ -s "$output/NOTES.md" ] || fail "docs/CHANGELOG.md has no section '## $section'"
  printf '\nImage: `%s`\n' "$named" >>"$output/NOTES.md"
}

# Signatures are keyless: cosign asks for an identity, or takes that of the workflow.
publish() {
  "$helm" push "$output/elastic-jupyter-$version.tgz" "oci://${image%/*}/charts"
  cosign sign --yes "$named"
  cosign attest --yes --type cyclonedx --predicate "$output/elastic-jupyter-$version.cdx.json" "$named"
  cosign sign-blob --yes --bundle "$output/SHA256SUMS.sigstore.json" "$output/SHA256SUMS"
}

sbom
! $with_image || build_image
manifests
chart
notes
(cd "$output" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
! $push || publish
echo "Release $version in $output:"
ls "$output"
