package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests in docker/kubernetes against the types of Kubernetes and against what the service is configured to do. */
class KubernetesTest {

    private static final Path FOLDER = Path.of("docker/kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated method) {
                    // the types keep what they do not know; here a field that Kubernetes does not know is an error
                    return false;
                }
            });
    private static final Map<String, Class<?>> KINDS = Map.of(
            "apps/v1 Deployment", Deployment.class,
            "v1 Service", Service.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
            "autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "batch/v1 Job", Job.class,
            "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

    @Test
    void everyManifestHasOnlyFieldsThatItsKindKnows() throws IOException {
        for (Path file : manifests()) {
            JsonNode manifest = YAML.readTree(file.toFile());
            String kind = manifest.path("apiVersion").asText() + " "
                    + manifest.path("kind").asText();
            assertThat(KINDS).as(file + " is of a kind with a schema").containsKey(kind);

            assertThatCode(() -> YAML.treeToValue(manifest, KINDS.get(kind)))
                    .as(file.toString())
                    .doesNotThrowAnyException();
            assertThat(manifest.at("/metadata/name").asText()).startsWith("logikids-database");
        }
    }

    @Test
    void everyManifestIsInAKustomizationAndEveryNamedOneExists() throws IOException {
        for (Path file : files("kustomization.yaml")) {
            JsonNode kustomization = YAML.readTree(file.toFile());
            for (String list : List.of("resources", "components")) {
                for (JsonNode entry : kustomization.path(list)) {
                    assertThat(file.resolveSibling(entry.asText()))
                            .as(file.toString())
                            .exists();
                }
            }
        }
        for (Path manifest : manifests()) {
            JsonNode resources = YAML.readTree(
                            manifest.resolveSibling("kustomization.yaml").toFile())
                    .path("resources");
            assertThat(resources)
                    .extracting(JsonNode::asText)
                    .contains(manifest.getFileName().toString());
        }
    }

    @Test
    void probesAskTheHealthEndpoints() throws IOException {
        Container service = container(deployment());

        assertThat(service.getStartupProbe().getHttpGet().getPath()).isEqualTo("/q/health/started");
        assertThat(service.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
        assertThat(service.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
        assertThat(List.of(service.getStartupProbe(), service.getReadinessProbe(), service.getLivenessProbe()))
                .allMatch(probe -> probe.getHttpGet().getPort().getStrVal().equals("management"));
        // the readiness check itself gives up after 3 s
        assertThat(service.getReadinessProbe().getTimeoutSeconds()).isGreaterThan(3);
    }

    @Test
    void theManagementPortIsTheOneOfTheServiceAndNoServiceForwardsIt() throws IOException {
        assertThat(settings().getProperty("quarkus.management.port")).isEqualTo("${MANAGEMENT_PORT:9000}");
        assertThat(container(deployment()).getPorts())
                .extracting(port -> port.getName() + " " + port.getContainerPort())
                .containsExactly("http 8080", "management 9000");
        assertThat(YAML.readValue(FOLDER.resolve("base/service.yaml").toFile(), Service.class)
                        .getSpec()
                        .getPorts())
                .extracting(port -> port.getTargetPort().getStrVal())
                .containsExactly("http");
        assertThat(YAML.readValue(FOLDER.resolve("monitoring/podmonitor.yaml").toFile(), PodMonitor.class)
                        .getSpec()
                        .getPodMetricsEndpoints())
                .extracting(endpoint -> endpoint.getPort() + endpoint.getPath())
                .containsExactly("management/q/metrics");
    }

    @Test
    void theAlertsAreThoseOfOneMachineAndFindThePods() throws IOException {
        JsonNode rule =
                YAML.readTree(FOLDER.resolve("monitoring/prometheusrule.yaml").toFile());
        JsonNode source =
                YAML.readTree(Path.of("docker/observability/rules/service.yaml").toFile());
        PodMonitor monitor = read("monitoring/podmonitor.yaml", PodMonitor.class);

        assertThat(rule.path("spec"))
                .as("prometheusrule.yaml says how it is written")
                .isEqualTo(source);
        assertThat(monitor.getSpec().getSelector().getMatchLabels())
                .containsEntry(monitor.getSpec().getJobLabel(), "logikids-database");
        assertThat(source.toString()).contains("{job=\\\"logikids-database\\\"");
    }

    @Test
    void oneFileNamesTheImageAndEveryPodTakesItFromThere() throws IOException {
        for (Path file : files("kustomization.yaml")) {
            JsonNode kustomization = YAML.readTree(file.toFile());
            assertThat(kustomization.has("images"))
                    .as(file.toString())
                    .isEqualTo(file.equals(FOLDER.resolve("image/kustomization.yaml")));
        }
        String named = YAML.readTree(FOLDER.resolve("image/kustomization.yaml").toFile())
                .at("/images/0/name")
                .asText();
        for (PodSpec pod : List.of(deployment(), job())) {
            assertThat(container(pod).getImage()).isEqualTo(named);
        }
        for (String folder : List.of("base", "migrate-as-job")) {
            assertThat(YAML.readTree(FOLDER.resolve(folder + "/kustomization.yaml")
                                    .toFile())
                            .path("components"))
                    .extracting(JsonNode::asText)
                    .containsExactly("../image");
        }
    }

    @Test
    void anOutageOfTheDatabaseDoesNotKeepNodesFromBeingDrained() throws IOException {
        PodDisruptionBudget budget = read("base/poddisruptionbudget.yaml", PodDisruptionBudget.class);

        assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
        assertThat(budget.getSpec().getMinAvailable().getIntVal()).isEqualTo(1);
    }

    @Test
    void podsTalkToClientsMonitoringDnsAndPostgresqlOnly() throws IOException {
        NetworkPolicy policy = read("base/networkpolicy.yaml", NetworkPolicy.class);
        List<NetworkPolicyIngressRule> in = policy.getSpec().getIngress();
        List<NetworkPolicyEgressRule> out = policy.getSpec().getEgress();

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(in).flatExtracting(rule -> ports(rule.getPorts())).containsExactly("http", "management");
        assertThat(in).allMatch(rule -> !rule.getFrom().isEmpty());
        assertThat(out).flatExtracting(rule -> ports(rule.getPorts())).containsExactly("53", "53", "5432");
        // kustomize adds the label of our pods to each podSelector, also to one that means others
        assertThat(in)
                .flatExtracting(NetworkPolicyIngressRule::getFrom)
                .allMatch(peer -> peer.getPodSelector() == null);
        assertThat(out).flatExtracting(NetworkPolicyEgressRule::getTo).allMatch(peer -> peer.getPodSelector() == null);
    }

    @Test
    void allPodsOfTheAutoscalerFitIntoTheConnectionsOfPostgresql() throws IOException {
        HorizontalPodAutoscaler autoscaler =
                read("autoscaling/horizontalpodautoscaler.yaml", HorizontalPodAutoscaler.class);
        Deployment deployment = read("base/deployment.yaml", Deployment.class);
        int pool = 10;
        int migrations = Integer.parseInt(settings().getProperty("quarkus.datasource.migration.jdbc.max-size"));
        int surge = deployment
                .getSpec()
                .getStrategy()
                .getRollingUpdate()
                .getMaxSurge()
                .getIntVal();

        assertThat(autoscaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(autoscaler.getSpec().getMinReplicas())
                .isEqualTo(deployment.getSpec().getReplicas());
        assertThat((autoscaler.getSpec().getMaxReplicas() + surge) * (pool + migrations))
                .isLessThanOrEqualTo(100 - 3);
    }

    @Test
    void podsAreKilledOnlyAfterTheServiceHadItsTimeToEnd() throws IOException {
        Properties settings = settings();
        Duration ending =
                seconds(settings, "quarkus.shutdown.delay").plus(seconds(settings, "quarkus.shutdown.timeout"));

        assertThat(deployment().getTerminationGracePeriodSeconds()).isGreaterThan(ending.toSeconds() + 5);
        for (String compose : List.of("docker/compose.yaml", "docker/compose.prod.yaml")) {
            String grace = YAML.readTree(Path.of(compose).toFile())
                    .at("/services/service/stop_grace_period")
                    .asText();
            assertThat(Duration.parse("PT" + grace)).as(compose).isGreaterThan(ending.plusSeconds(5));
        }
    }

    @Test
    void podsRunWithoutRightsAndWithoutAWritableRoot() throws IOException {
        for (PodSpec pod : List.of(deployment(), job())) {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(container(pod).getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container(pod).getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container(pod).getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(Files.readString(Path.of("docker/Dockerfile.jvm")))
                    .contains("USER " + pod.getSecurityContext().getRunAsUser() + ":"
                            + pod.getSecurityContext().getRunAsGroup());
        }
    }

    @Test
    void secretsComeFromASecretAndOnlyAsFiles() throws IOException {
        for (PodSpec pod : List.of(deployment(), job())) {
            assertThat(container(pod).getEnv()).extracting(EnvVar::getName).allMatch(name -> name.endsWith("_FILE"));
            String mounted = container(pod).getVolumeMounts().get(0).getMountPath();
            assertThat(container(pod).getEnv())
                    .extracting(EnvVar::getValue)
                    .allMatch(value -> value.startsWith(mounted + "/"));
            assertThat(pod.getVolumes())
                    .filteredOn(volume -> volume.getSecret() != null)
                    .extracting(Volume::getName)
                    .containsExactly("secrets");
        }
    }

    private static List<String> ports(List<NetworkPolicyPort> ports) {
        return ports.stream()
                .map(port -> String.valueOf(port.getPort().getValue()))
                .toList();
    }

    private static <T> T read(String file, Class<T> kind) throws IOException {
        return YAML.readValue(FOLDER.resolve(file).toFile(), kind);
    }

    private static PodSpec deployment() throws IOException {
        return YAML.readValue(FOLDER.resolve("base/deployment.yaml").toFile(), Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static PodSpec job() throws IOException {
        return YAML.readValue(FOLDER.resolve("migrate-as-job/job.yaml").toFile(), Job.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static Container container(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().get(0);
    }

    private static List<Path> manifests() throws IOException {
        return files(".yaml").stream()
                .filter(file -> !file.endsWith("kustomization.yaml"))
                .toList();
    }

    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end)).toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));
        return settings;
    }

    private static Duration seconds(Properties settings, String name) {
        return Duration.parse("PT" + settings.getProperty(name));
    }
}
