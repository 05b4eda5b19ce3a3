// A session that a Go program would have with a cloud, through gophercloud as it is.
//
// Each step is reported as a line of JSON. A step that fails does not end the session: what needed it fails as well.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
)

// session has a client for each service, and what the steps pass on to each other.
type session struct {
	ctx       context.Context
	compute   *gophercloud.ServiceClient
	placement *gophercloud.ServiceClient
	image     *gophercloud.ServiceClient
	network   *gophercloud.ServiceClient
	volume    *gophercloud.ServiceClient

	tinyID, smallID, imageID     string
	networkID, subnetID, groupID string
	portID, routerID, volumeID   string
	serverID                     string
}

type step struct {
	name string
	do   func(*session) error
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	s, err := connect(ctx)
	report("log in and find every service in the catalog", err)
	if err != nil {
		os.Exit(1)
	}
	failed := false
	for _, chapter := range [][]step{finding, imaging, netting, serving, moving, storing, administering, placing, leaving} {
		for _, one := range chapter {
			err := one.do(s)
			report(one.name, err)
			failed = failed || err != nil
		}
	}
	if failed {
		os.Exit(1)
	}
}

func connect(ctx context.Context) (*session, error) {
	auth, endpoints, tls, err := clouds.Parse()
	if err != nil {
		return nil, err
	}
	provider, err := config.NewProviderClient(ctx, auth, config.WithTLSConfig(tls))
	if err != nil {
		return nil, err
	}
	s := &session{ctx: ctx}
	services := []struct {
		client **gophercloud.ServiceClient
		open   func(*gophercloud.ProviderClient, gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error)
	}{
		{&s.compute, openstack.NewComputeV2},
		{&s.placement, openstack.NewPlacementV1},
		{&s.image, openstack.NewImageV2},
		{&s.network, openstack.NewNetworkV2},
		{&s.volume, openstack.NewBlockStorageV3},
	}
	for _, service := range services {
		if *service.client, err = service.open(provider, endpoints); err != nil {
			return nil, err
		}
	}
	s.compute.Microversion = "2.96"
	s.placement.Microversion = "1.39"
	return s, nil
}

func report(name string, err error) {
	line := map[string]any{"step": name, "ok": err == nil}
	if err != nil {
		line["why"] = err.Error()
	}
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

// same fails unless what was found is what was expected.
func same[T comparable](what string, found, expected T) error {
	if found != expected {
		return fmt.Errorf("%s is %v, not %v", what, found, expected)
	}
	return nil
}
