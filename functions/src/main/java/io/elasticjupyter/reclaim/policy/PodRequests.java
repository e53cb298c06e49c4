package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The resources for which a pod counts on a node: {@code PodRequests} and {@code AggregateContainerRequests} of
 * <a href="https://github.com/kubernetes/component-helpers/blob/v0.36.0/resource/helpers.go">component-helpers</a>. Containers run
 * together and are added, sidecars (init containers that restart always) too. Each init container runs alone with the sidecars
 * before it, so the largest counts. Requests of the pod as a whole win for CPU, memory and huge pages, and the overhead of its
 * runtime class is added. For a container that is resized in place, the largest of its amounts counts.
 */
final class PodRequests {

    private static final String ALWAYS = "Always";
    private static final String HUGE_PAGES = "hugepages-";

    private final Map<String, BigDecimal> sum = new HashMap<>();
    private final Map<String, ContainerStatus> statuses = new HashMap<>();
    private final boolean resizeInfeasible;

    private PodRequests(Optional<PodStatus> status) {
        status.stream().flatMap(each -> Stream.of(each.getContainerStatuses(), each.getInitContainerStatuses()))
                .filter(Objects::nonNull).flatMap(List::stream).forEach(each -> statuses.put(each.getName(), each));
        resizeInfeasible = status.map(PodStatus::getConditions).orElseGet(List::of).stream()
                .anyMatch(each -> "PodResizePending".equals(each.getType()) && "Infeasible".equals(each.getReason()));
    }

    /** Returns the requests of a pod, and one of {@link ResourceList#PODS}. */
    static ResourceList of(Pod pod) {
        PodRequests requests = new PodRequests(Optional.ofNullable(pod.getStatus()));
        pod.getSpec().getContainers().forEach(each -> add(requests.sum, requests.effective(each)));
        requests.addInitContainers(pod.getSpec().getInitContainers());
        requests.overrideBy(pod.getSpec().getResources(), Optional.ofNullable(pod.getStatus()));
        add(requests.sum, ResourceList.numbers(pod.getSpec().getOverhead()));
        requests.sum.put(ResourceList.PODS, BigDecimal.ONE);
        return ResourceList.ofNumbers(requests.sum);
    }

    /** Returns whether an init container is a sidecar, which runs as long as the pod does. */
    static boolean isSidecar(Container container) {
        return ALWAYS.equals(container.getRestartPolicy());
    }

    private void addInitContainers(List<Container> containers) {
        Map<String, BigDecimal> sidecars = new HashMap<>();
        Map<String, BigDecimal> most = new HashMap<>();
        for (Container container : containers) {
            if (isSidecar(container)) {
                Map<String, BigDecimal> requests = effective(container);
                add(sum, requests);
                add(sidecars, requests);
                max(most, sidecars);
            } else {
                Map<String, BigDecimal> together = specified(container);
                add(together, sidecars);
                max(most, together);
            }
        }
        max(sum, most);
    }

    private void overrideBy(ResourceRequirements pod, Optional<PodStatus> status) {
        if (pod == null || pod.getRequests() == null) {
            return;
        }
        Optional<PodStatus> resized = status.filter(each -> each.getResources() != null);
        Map<String, BigDecimal> specified = ResourceList.numbers(pod.getRequests());
        Map<String, BigDecimal> requests = resized
                .map(each -> largest(specified, each.getResources().getRequests(), each.getAllocatedResources()))
                .orElse(specified);
        specified.keySet().stream().filter(PodRequests::isOfThePod)
                .forEach(resource -> sum.put(resource, requests.getOrDefault(resource, BigDecimal.ZERO)));
    }

    private static boolean isOfThePod(String resource) {
        return resource.equals(ResourceList.CPU) || resource.equals("memory") || resource.startsWith(HUGE_PAGES);
    }

    private Map<String, BigDecimal> effective(Container container) {
        ContainerStatus status = statuses.get(container.getName());
        return status == null || status.getResources() == null
                ? specified(container)
                : largest(specified(container), status.getResources().getRequests(), status.getAllocatedResources());
    }

    private Map<String, BigDecimal> largest(Map<String, BigDecimal> specified, Map<String, Quantity> actuated,
            Map<String, Quantity> allocated) {
        Map<String, BigDecimal> largest = new HashMap<>(resizeInfeasible ? Map.of() : specified);
        max(largest, ResourceList.numbers(actuated));
        max(largest, ResourceList.numbers(allocated));
        return largest;
    }

    private static Map<String, BigDecimal> specified(Container container) {
        return ResourceList.numbers(container.getResources() == null ? null : container.getResources().getRequests());
    }

    private static void add(Map<String, BigDecimal> to, Map<String, BigDecimal> numbers) {
        numbers.forEach((resource, number) -> to.merge(resource, number, BigDecimal::add));
    }

    private static void max(Map<String, BigDecimal> of, Map<String, BigDecimal> numbers) {
        numbers.forEach((resource, number) -> of.merge(resource, number, BigDecimal::max));
    }
}
