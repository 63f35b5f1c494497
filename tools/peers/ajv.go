package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// nodeProcess is ajv in a Node.js process of its own, which ajv/judge.js describes. It
// takes a request a line and answers each with a line.
type nodeProcess struct {
	release string
	command *exec.Cmd
	in      io.WriteCloser
	out     *json.Decoder
	// loaded is the corpus that the process holds, so that it is sent once.
	loaded *body
}

type ajvRequest struct {
	Schemas []json.RawMessage `json:"schemas,omitempty"`
	Load    []ajvBody         `json:"load,omitempty"`
	Judge   bool              `json:"judge,omitempty"`
	Cost    int               `json:"cost,omitempty"`
}

type ajvBody struct {
	Provider int    `json:"provider"`
	Text     []byte `json:"text"`
}

type ajvAnswer struct {
	Error        string    `json:"error"`
	Version      string    `json:"version"`
	Verdicts     []verdict `json:"verdicts"`
	Microseconds int64     `json:"microseconds"`
}

func ajv() (contender, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return nil, &notHere{"ajv", "there is no node on this machine"}
	}
	schemas, err := forEach(func(p source) (json.RawMessage, error) { return jsonSchema(p) })
	if err != nil {
		return nil, err
	}
	n := &nodeProcess{command: exec.Command("node", "--expose-gc", "judge.js")}
	n.command.Dir = "ajv"
	n.command.Stderr = os.Stderr
	if n.in, err = n.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := n.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	n.out = json.NewDecoder(out)
	if err := n.command.Start(); err != nil {
		return nil, err
	}
	answer, err := n.ask(ajvRequest{Schemas: schemas})
	if err != nil {
		n.close()
		return nil, err
	}
	n.release = answer.Version
	return n, nil
}

func (n *nodeProcess) name() string     { return "ajv with JSON.parse" }
func (n *nodeProcess) version() string  { return n.release }
func (n *nodeProcess) seesStatus() bool { return false }

func (n *nodeProcess) judge(bodies []body) ([]verdict, error) {
	if err := n.load(bodies); err != nil {
		return nil, err
	}
	answer, err := n.ask(ajvRequest{Judge: true})
	if err == nil && len(answer.Verdicts) != len(bodies) {
		err = fmt.Errorf("ajv: %d verdicts on %d bodies", len(answer.Verdicts), len(bodies))
	}
	return answer.Verdicts, err
}

func (n *nodeProcess) cost(bodies []body, times int) (cost, error) {
	if err := n.load(bodies); err != nil {
		return cost{}, err
	}
	answer, err := n.ask(ajvRequest{Cost: times})
	return cost{time.Duration(answer.Microseconds) * time.Microsecond, notCounted}, err
}

func (n *nodeProcess) load(bodies []body) error {
	if n.loaded == &bodies[0] {
		return nil
	}
	n.loaded = &bodies[0]
	request := ajvRequest{}
	for _, b := range bodies {
		request.Load = append(request.Load, ajvBody{b.provider, b.text})
	}
	_, err := n.ask(request)
	return err
}

func (n *nodeProcess) ask(request ajvRequest) (answer ajvAnswer, err error) {
	if err := json.NewEncoder(n.in).Encode(request); err != nil {
		return answer, fmt.Errorf("ajv: %w", err)
	}
	if err := n.out.Decode(&answer); err != nil {
		return answer, fmt.Errorf("ajv: %w", err)
	}
	switch {
	case strings.HasPrefix(answer.Error, "Cannot find module"):
		return answer, &notHere{"ajv", "its packages are not installed: run npm ci in the folder ajv"}
	case answer.Error != "":
		return answer, errors.New("ajv: " + answer.Error)
	}
	return answer, nil
}

// close ends the process by ending its input.
func (n *nodeProcess) close() {
	n.in.Close()
	n.command.Wait()
}
