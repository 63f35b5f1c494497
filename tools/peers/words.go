package main

import (
	"fmt"
	"regexp"
	"strings"
)

// texts are what strings hold, by the name of the member or of the nearest one around,
// with that of the one around it where two are not alike; "" is for all others. Words in
// braces are filled in.
var texts = map[string][]string{
	"":                         {"{word}-{word}", "{word}", "{id}"},
	"id":                       {"sbx_{id}{id}", "sb_{id}"},
	"name":                     {"{word}-{word}-{n}", "{word}-sandbox", "eval-{word}-{id}"},
	"envs.name":                {"HF_TOKEN", "DATABASE_URL", "LOG_LEVEL", "OPENAI_BASE_URL", "PYTHONUNBUFFERED", "SERVICE_{n}_HOST"},
	"ports.name":               {"http", "preview", "sandbox-api", "debug-{n}"},
	"volumes.name":             {"data", "cache-{word}", "vol-{id}"},
	"expirationPolicies.value": {"24h", "30m", "7d", "{time}"},
	"warm_pool_checkout.id":    {"wp_{id}", "checkout-{uuid}"},
	"displayName":              {"{Word} {word} {n}", "Sandbox von José, {word}", "{word} の検証", "Nightly \"{word}\" run 🚀"},
	"namespace":                {"default", "research", "team-{word}", "proj_{id}{id}"},
	"image":                    images,
	"dockerImage":              images,
	"template":                 {"python-3.13", "node-22-{word}", "tpl_{id}{id}", "code-interpreter-v{n}"},
	"template_id":              {"tpl_{id}{id}"},
	"container_id":             {"ctr-{hex}{hex}{hex}{hex}"},
	"executor_id":              {"exe-{hex}-{word}-{n}"},
	"sandbox_url":              {"https://sbx-{id}{id}.sandbox.example.com", "https://9501-{id}{id}.{word}.sandbox.example.com"},
	"pool_id":                  {"pool_{word}", "pool-{hex}"},
	"pending_reason": {
		"waiting for capacity in pool {word}", "pulling image registry.example.com/{word}/{word}:{n}",
		"no executor has {n} MB of memory free; the largest free block has {n} MB",
	},
	"outcome":      {"terminated by user", "idle timeout after {n} s", "exit status {n}: process \"{word}\" ended\nsee the log of container {hex}"},
	"allow_out":    hosts,
	"deny_out":     hosts,
	"access_token": {"eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.{token}{token}{token}.{token}"},
	"cwd":          {"/workspace", "/home/user/{word}/{word}", "/srv/{word}-{n}/checkout"},
	"snapshot_id":  {"snap_{id}{id}", "snap-{hex}{hex}"},
	"createdAt":    {"{time}"},
	"updatedAt":    {"{time}"},
	"lastUsedAt":   {"{time}"},
	"expires":      {"{time}"},
	"time":         {"{time}"},
	"createdBy":    people,
	"updatedBy":    people,
	"plan":         {"free", "tier-{n}", "enterprise"},
	"url":          {"https://sbx-{word}-{id}.us-pdx-1.example.net"},
	"workspace":    {"{word}-labs", "{word}"},
	"region":       {"us-pdx-1", "eu-lon-1", "us-was-1", "us", "eu-west"},
	"ttl":          {"24h", "30m", "7d"},
	"value":        {"{token}", "https://{word}.example.com/{word}?page={n}&sort=asc", "postgres://{word}:{hex}@db-{n}.example.com:5432/{word}", "{n}"},
	"mountPath":    {"/mnt/{word}", "/data/{word}/{id}"},
	"message": {
		"Deployment successful", "Pulled image registry.example.com/{word}/{word}:{n} in {n} ms",
		"Readiness probe failed: dial tcp 10.0.{byte}.7:8080: connect: connection refused", "Scheduled on node {word}-{hex}",
		"Process \"{word}\" exited with status {n}\n\tat main.{word} (/app/{word}.js:{n}:17)", "Région {word}: déploiement terminé en {n} ms",
	},
	"revision":              {"rev-{hex}"},
	"canaryRevision":        {"rev-{hex}", ""},
	"status":                {"DEPLOYED", "BUILDING", "FAILED"},
	"type":                  {"deployment", "scaling", "image-pull"},
	"startCommand":          {"tail -f /dev/null", "sleep infinity", "bash -lc \"cd /workspace && python -m {word}.{word} --steps {n}\"", "/bin/sh -c 'while true; do {word}; sleep {n}; done'"},
	"diskMountPath":         {"/workspace", "/data"},
	"userId":                {"user_{id}{id}", "cm{id}{id}{id}"},
	"teamId":                {"team_{id}{id}"},
	"kubernetesJobId":       {"sandbox-{uuid}", "job-{word}-{hex}"},
	"errorType":             {"OOMKilled", "ImagePullBackOff", "SANDBOX_TIMEOUT"},
	"errorMessage":          {"the container used more than {n} MiB of memory and was stopped", "Back-off pulling image \"registry.example.com/{word}/{word}:{n}\": not found\nlast try {time}", "délai dépassé: {n} s"},
	"registryCredentialsId": {"cred_{id}{id}"},
	"labels":                {"{word}", "team-{word}", "run-{n}"},
	"metadata": {
		"{word}", "{word}-{n}", "{uuid}", "{time}", "https://ci.example.com/{word}/{word}/jobs/{n}", "{hex}{hex}{hex}{hex}{hex}", "main",
		"release/{n}", "v{n}.{n}", "{word}/{word}", "us-east-{n}", "{hex}", "true", "{word}@example.com", "Prüfstand {n}: {word}",
	},
	"environmentVars": {"{token}", "{word}", "{n}", "/usr/local/{word}/bin:/usr/bin:/bin", "https://{word}.example.com/v{n}"},
	"advancedConfigs": {"{n}g", "{word}"},
}

var (
	images = []string{
		"python:3.13-slim", "node:22-bookworm", "registry.example.com/{word}/{word}:{n}", "ghcr.io/{word}/{word}-sandbox:v{n}",
		"pytorch/pytorch:2.9.0-cuda13.0-cudnn9-runtime", "registry.example.com/{word}/{word}@sha256:{hex}{hex}{hex}{hex}{hex}{hex}{hex}{hex}",
	}
	hosts  = []string{"*.github.com", "api.{word}.com", "{word}.example.org", "10.{byte}.0.0/16", "0.0.0.0/0", "files.example.com", "packages.example.com", "2001:db8:{byte}::/48"}
	people = []string{"{word}@example.com", "{word}.{word}@{word}.example", "svc_{id}{id}"}
	common = []string{
		"sandbox", "builder", "nightly", "agent", "eval", "worker", "python", "research", "alpha", "gateway", "crawler", "notebook",
		"trainer", "planner", "review", "harbor", "comet", "lumen", "cedar", "quartz",
	}
)

// keys are what the members of free objects are called.
var keys = map[string][]string{
	"":         {"a", "mount_path", "retries"},
	"metadata": {"env", "owner", "team", "run", "experiment", "git.sha", "git/branch", "cost-center", "priority", "ticket", "dataset", "requested_by", "volume_attachments", "trace_id"},
	"labels":   {"app", "env", "team", "tier", "example.com/owner", "example.com/run-id", "release", "shard"},
	"environmentVars": {
		"PATH", "HOME", "LANG", "HF_TOKEN", "HF_HOME", "WANDB_MODE", "WANDB_API_KEY", "OPENAI_BASE_URL", "DATABASE_URL", "CUDA_VISIBLE_DEVICES",
		"OMP_NUM_THREADS", "PYTHONUNBUFFERED", "HTTP_PROXY", "NO_PROXY",
	},
	"advancedConfigs": {"shmSize", "ulimits", "privileged", "dnsPolicy", "runtimeClass", "tolerations"},
}

// lengths are how few and how many items or members there are; any other name has those
// of "".
var lengths = map[string][2]int{
	"":                {0, 4},
	"allow_out":       {3, 14},
	"exposed_ports":   {1, 12},
	"metadata":        {4, 14},
	"labels":          {1, 8},
	"envs":            {1, 7},
	"events":          {1, 5},
	"environmentVars": {2, 12},
	"advancedConfigs": {1, 5},
}

var numbers = []string{"0.25", "0.5", "1", "2", "4.0", "8", "16.5", "64", "200.0"}

// integers are by the name of the member, as texts are.
var integers = map[string][]int{
	"":                  {60, 300, 600, 3600, 7200, 86400},
	"timeout_ms":        {300_000, 900_000, 3_600_000},
	"memory":            sizes,
	"memory_mb":         sizes,
	"memory_mib":        sizes,
	"disk_mb":           sizes,
	"ephemeral_disk_mb": sizes,
	"vcpus":             counts,
	"vcpu_count":        counts,
	"gpuCount":          counts,
	"exitCode":          {0, 1, 2, 127, 137, 143},
	"target":            {80, 443, 3000, 5173, 8080, 9501},
}

var (
	sizes  = []int{512, 1024, 2048, 4096, 8192, 16384, 102400}
	counts = []int{0, 1, 2, 4, 8, 16}
)

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

func (g *generator) length(name string) int {
	limits, ok := lengths[name]
	if !ok {
		limits = lengths[""]
	}
	return limits[0] + g.IntN(limits[1]-limits[0]+1)
}

func (g *generator) words(name string) string {
	from, ok := texts[name]
	if !ok {
		from = texts[""]
	}
	return g.expand(pick(g, from))
}

var blank = regexp.MustCompile(`\{\w+\}`)

func (g *generator) expand(text string) string {
	return blank.ReplaceAllStringFunc(text, func(name string) string {
		switch name {
		case "{n}":
			return fmt.Sprint(1 + g.IntN(9999)>>g.IntN(12))
		case "{byte}":
			return fmt.Sprint(g.IntN(256))
		case "{word}":
			return pick(g, common)
		case "{Word}":
			word := pick(g, common)
			return strings.ToUpper(word[:1]) + word[1:]
		case "{id}":
			return g.letters("0123456789abcdefghjkmnpqrstvwxyz", 8)
		case "{hex}":
			return fmt.Sprintf("%08x", g.Uint32())
		case "{token}":
			return g.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43)
		case "{uuid}":
			return fmt.Sprintf("%08x-%04x-4%03x-%x%03x-%012x", g.Uint32(), g.IntN(1<<16), g.IntN(1<<12), 8+g.IntN(4), g.IntN(1<<12), g.Int64N(1<<48))
		case "{time}":
			second := fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02d", 1+g.IntN(12), 1+g.IntN(28), g.IntN(24), g.IntN(60), g.IntN(60))
			fraction := fmt.Sprintf(".%09d", g.IntN(1_000_000_000))[:pick(g, []int{0, 0, 4, 7, 10})]
			return second + fraction + pick(g, []string{"Z", "Z", "Z", "+00:00", "+02:00"})
		}
		panic("peers: nothing is called " + name)
	})
}

func (g *generator) letters(of string, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = of[g.IntN(len(of))]
	}
	return string(text)
}
