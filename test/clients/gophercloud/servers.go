package main

import (
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/instanceactions"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/remoteconsoles"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/tags"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
)

// becomes waits until the server has this status.
func (s *session) becomes(status string) error {
	return servers.WaitForStatus(s.ctx, s.compute, s.serverID, status)
}

// after waits for a status once a request has been accepted.
func (s *session) after(err error, status string) error {
	if err != nil {
		return err
	}
	return s.becomes(status)
}

var serving = []step{
	{"boot a server on the port, and wait for it", func(s *session) error {
		made, err := servers.Create(s.ctx, s.compute, keypairs.CreateOptsExt{
			CreateOptsBuilder: servers.CreateOpts{
				Name: "gopher", ImageRef: s.imageID, FlavorRef: s.tinyID,
				Networks: []servers.Network{{Port: s.portID}},
				Metadata: map[string]string{"purpose": "session"},
				UserData: []byte("#!/bin/sh\n"),
			},
			KeyName: keyName,
		}, nil).Extract()
		if err != nil {
			return err
		}
		s.serverID = made.ID
		return s.becomes("ACTIVE")
	}},
	{"see its addresses, key and metadata", func(s *session) error {
		seen, err := servers.Get(s.ctx, s.compute, s.serverID).Extract()
		if err != nil {
			return err
		}
		if seen.Addresses["gopher-net"] == nil {
			return fmt.Errorf("no address on gopher-net: %v", seen.Addresses)
		}
		if err = same("the key", seen.KeyName, keyName); err != nil {
			return err
		}
		return same("the metadata", seen.Metadata["purpose"], "session")
	}},
	{"find it in the list, rename it and tag it", func(s *session) error {
		if _, err := servers.Update(s.ctx, s.compute, s.serverID, servers.UpdateOpts{Name: "gopher-2"}).Extract(); err != nil {
			return err
		}
		if err := tags.Add(s.ctx, s.compute, s.serverID, "golang").ExtractErr(); err != nil {
			return err
		}
		pages, err := servers.List(s.compute, servers.ListOpts{Name: "^gopher-2$", Tags: "golang"}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		found, err := servers.ExtractServers(pages)
		if err != nil {
			return err
		}
		return same("the number of servers found", len(found), 1)
	}},
	{"change its metadata", func(s *session) error {
		_, err := servers.UpdateMetadata(s.ctx, s.compute, s.serverID, servers.MetadataOpts{"more": "yes"}).Extract()
		if err != nil {
			return err
		}
		all, err := servers.Metadata(s.ctx, s.compute, s.serverID).Extract()
		if err != nil {
			return err
		}
		return same("the number of entries", len(all), 2)
	}},
	{"stop and start it", func(s *session) error {
		if err := s.after(servers.Stop(s.ctx, s.compute, s.serverID).ExtractErr(), "SHUTOFF"); err != nil {
			return err
		}
		return s.after(servers.Start(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
	}},
	{"reboot it, hard", func(s *session) error {
		return s.after(servers.Reboot(s.ctx, s.compute, s.serverID, servers.RebootOpts{Type: servers.HardReboot}).ExtractErr(), "ACTIVE")
	}},
	{"pause and unpause it", func(s *session) error {
		if err := s.after(servers.Pause(s.ctx, s.compute, s.serverID).ExtractErr(), "PAUSED"); err != nil {
			return err
		}
		return s.after(servers.Unpause(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
	}},
	{"suspend and resume it", func(s *session) error {
		if err := s.after(servers.Suspend(s.ctx, s.compute, s.serverID).ExtractErr(), "SUSPENDED"); err != nil {
			return err
		}
		return s.after(servers.Resume(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
	}},
	{"take a snapshot and delete it", func(s *session) error {
		id, err := servers.CreateImage(s.ctx, s.compute, s.serverID, servers.CreateImageOpts{Name: "gopher-snap"}).ExtractImageID()
		if err != nil {
			return err
		}
		if err = s.becomes("ACTIVE"); err != nil {
			return err
		}
		return images.Delete(s.ctx, s.image, id).ExtractErr()
	}},
	{"rebuild it", func(s *session) error {
		_, err := servers.Rebuild(s.ctx, s.compute, s.serverID, servers.RebuildOpts{ImageRef: s.imageID}).Extract()
		return s.after(err, "ACTIVE")
	}},
	{"attach a second interface and detach it", func(s *session) error {
		port, err := attachinterfaces.Create(s.ctx, s.compute, s.serverID, attachinterfaces.CreateOpts{NetworkID: s.networkID}).Extract()
		if err != nil {
			return err
		}
		return attachinterfaces.Delete(s.ctx, s.compute, s.serverID, port.PortID).ExtractErr()
	}},
	{"read its console, and get a URL for it", func(s *session) error {
		text, err := servers.ShowConsoleOutput(s.ctx, s.compute, s.serverID, servers.ShowConsoleOutputOpts{Length: 20}).Extract()
		if err != nil {
			return err
		}
		if text == "" {
			return fmt.Errorf("the console is empty")
		}
		console, err := remoteconsoles.Create(s.ctx, s.compute, s.serverID, remoteconsoles.CreateOpts{
			Protocol: remoteconsoles.ConsoleProtocolVNC, Type: remoteconsoles.ConsoleTypeNoVNC,
		}).Extract()
		if err != nil {
			return err
		}
		if console.URL == "" {
			return fmt.Errorf("the URL is empty")
		}
		return nil
	}},
	{"read what was done to it", func(s *session) error {
		pages, err := instanceactions.List(s.compute, s.serverID, nil).AllPages(s.ctx)
		if err != nil {
			return err
		}
		actions, err := instanceactions.ExtractInstanceActions(pages)
		if err != nil {
			return err
		}
		first := actions[len(actions)-1]
		detail, err := instanceactions.Get(s.ctx, s.compute, s.serverID, first.RequestID).Extract()
		if err != nil {
			return err
		}
		if detail.Events == nil || len(*detail.Events) == 0 {
			return fmt.Errorf("the action %s has no events", first.Action)
		}
		return same("the first action", first.Action, "create")
	}},
}

var leaving = []step{
	{"delete the server, and see it gone", func(s *session) error {
		if err := servers.Delete(s.ctx, s.compute, s.serverID).ExtractErr(); err != nil {
			return err
		}
		return gone(s, func() error { return servers.Get(s.ctx, s.compute, s.serverID).Err })
	}},
	{"take everything else away", func(s *session) error {
		for _, err := range []error{
			ports.Delete(s.ctx, s.network, s.portID).ExtractErr(),
			networks.Delete(s.ctx, s.network, s.networkID).ExtractErr(),
			groups.Delete(s.ctx, s.network, s.groupID).ExtractErr(),
			images.Delete(s.ctx, s.image, s.imageID).ExtractErr(),
			keypairs.Delete(s.ctx, s.compute, keyName, keypairs.DeleteOpts{}).ExtractErr(),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	}},
}
