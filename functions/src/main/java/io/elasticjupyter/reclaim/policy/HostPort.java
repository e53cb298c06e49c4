package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A port of a node that a pod takes, by the rules of
 * <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/nodeports/node_ports.go">
 * NodePorts</a>.
 *
 * @param ip the address, or {@value #ANY} for all
 * @param protocol the protocol
 * @param port the port
 */
public record HostPort(String ip, String protocol, int port) {

    private static final String ANY = "0.0.0.0";

    static Set<HostPort> of(Pod pod) {
        Stream<Container> sidecars = pod.getSpec().getInitContainers().stream().filter(PodRequests::isSidecar);
        return Stream.concat(sidecars, pod.getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(each -> each.getHostPort() != null && each.getHostPort().intValue() > 0)
                .map(each -> new HostPort(orDefault(each.getHostIP(), ANY), orDefault(each.getProtocol(), "TCP"),
                        each.getHostPort().intValue()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether two pods cannot have these ports on the same node. */
    boolean conflictsWith(HostPort other) {
        return port == other.port && protocol.equals(other.protocol)
                && (ip.equals(other.ip) || ip.equals(ANY) || other.ip.equals(ANY));
    }

    private static String orDefault(String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
