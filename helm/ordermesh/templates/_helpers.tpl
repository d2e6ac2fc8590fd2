{{- define "ordermesh.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "ordermesh.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "ordermesh.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ordermesh.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ordermesh.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ordermesh.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The release's labels. */}}
{{- define "ordermesh.labels" -}}
{{ include "ordermesh.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: ordermesh
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "ordermesh.selector" -}}
app.kubernetes.io/name: {{ include "ordermesh.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The settings of a service: its own block merged over the defaults; 0 and false override too. */}}
{{- define "ordermesh.settings" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (default dict (index .root.Values.services .service))) | toYaml -}}
{{- end -}}

{{- define "ordermesh.image" -}}
{{- $image := .root.Values.image -}}
{{- $name := printf "%s/%s" $image.repository .service -}}
{{- if $image.registry -}}{{- $name = printf "%s/%s" $image.registry $name -}}{{- end -}}
{{- if .settings.digest -}}
{{- printf "%s@%s" $name .settings.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Checks that involve more than one value. */}}
{{- define "ordermesh.validate" -}}
{{- $root := . -}}
{{- if regexMatch "(?m)^[^#\n]*console_hosts\\s*=" .Values.config -}}
{{- fail "config: console_hosts is set by the chart; say further names in console.hosts" -}}
{{- end -}}
{{- if eq .Values.database.kind "postgres" -}}
{{- if not .Values.database.existingSecret -}}
{{- fail "database.existingSecret: name the secret that holds the URL of PostgreSQL" -}}
{{- end -}}
{{- else -}}
{{- range $service, $own := .Values.services -}}
{{- $settings := include "ordermesh.settings" (dict "root" $root "service" $service) | fromYaml -}}
{{- if gt (int $settings.replicas) 1 -}}
{{- fail (printf "services.%s.replicas: SQLite is for one replica; set database.kind to postgres for more" $service) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "ordermesh.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "ordermesh.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The settings of a process: environment variables, and files for secrets. */}}
{{- define "ordermesh.env" -}}
{{- $values := .root.Values -}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- name: ORDERMESH_HTTP
  value: $(POD_IP):8080
- name: ORDERMESH_NATS_URL
  value: {{ $values.nats.url | quote }}
{{- if $values.nats.seedsSecret }}
- name: ORDERMESH_NATS_SEED_FILE
  value: /run/secrets/nats/{{ .service }}.nk
{{- end }}
{{- if eq $values.database.kind "postgres" }}
- name: ORDERMESH_DATABASE_URL_FILE
  value: /run/secrets/database/url
{{- else }}
- name: ORDERMESH_DATABASE_URL
  value: sqlite:///data/{{ .service }}.db?mode=rwc
{{- end }}
{{- if $values.config }}
- name: ORDERMESH_CONFIG
  value: /etc/ordermesh/ordermesh.toml
{{- end }}
- name: ORDERMESH_LOG_FORMAT
  value: {{ $values.log.format }}
- name: ORDERMESH_LOG
  value: {{ $values.log.level | quote }}
{{- if eq .service "control-tower" }}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: ORDERMESH__CONTROL_TOWER__CONSOLE_HOSTS
  value: {{ include "ordermesh.consoleHosts" .root | quote }}
{{- end }}
{{- with .settings.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The names of the console: those of its Service, of an Ingress and of the values. */}}
{{- define "ordermesh.consoleHosts" -}}
{{- $service := printf "%s-control-tower" (include "ordermesh.fullname" .) -}}
{{- $hosts := list $service -}}
{{- range list "" ".svc" ".svc.cluster.local" -}}
{{- $hosts = append $hosts (printf "%s.$(POD_NAMESPACE)%s" $service .) -}}
{{- end -}}
{{- range .Values.extraObjects -}}
{{- $object := tpl (toYaml .) $ | fromYaml -}}
{{- if eq (toString $object.kind) "Ingress" -}}
{{- range (default dict $object.spec).rules -}}
{{- with .host -}}{{- $hosts = append $hosts . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- concat $hosts .Values.console.hosts | uniq | join "," -}}
{{- end -}}

{{- define "ordermesh.mounts" -}}
{{- $values := .root.Values -}}
- {name: tmp, mountPath: /tmp}
{{- if eq $values.database.kind "postgres" }}
- {name: database, mountPath: /run/secrets/database, readOnly: true}
{{- else }}
- {name: data, mountPath: /data}
{{- end }}
{{- if $values.nats.seedsSecret }}
- {name: nats, mountPath: /run/secrets/nats, readOnly: true}
{{- end }}
{{- if $values.config }}
- {name: config, mountPath: /etc/ordermesh, readOnly: true}
{{- end }}
{{- end -}}

{{- define "ordermesh.volumes" -}}
{{- $values := .root.Values -}}
- name: tmp
  emptyDir: {}
{{- if eq $values.database.kind "postgres" }}
- name: database
  secret:
    secretName: {{ $values.database.existingSecret }}
    defaultMode: 0440
    items: [{key: {{ $values.database.urlKey }}, path: url}]
{{- else }}
- name: data
  persistentVolumeClaim: {claimName: {{ include "ordermesh.fullname" .root }}-{{ .service }}}
{{- end }}
{{- if $values.nats.seedsSecret }}
- name: nats
  secret:
    secretName: {{ $values.nats.seedsSecret }}
    defaultMode: 0440
    items: [{key: {{ .service }}.nk, path: {{ .service }}.nk}]
{{- end }}
{{- if $values.config }}
- name: config
  configMap: {name: {{ include "ordermesh.fullname" .root }}}
{{- end }}
{{- end -}}
