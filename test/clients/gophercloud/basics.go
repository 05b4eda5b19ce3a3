package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/availabilityzones"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/limits"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
)

const keyName = "gopher-key"

var finding = []step{
	{"find the flavors by name", func(s *session) error {
		pages, err := flavors.ListDetail(s.compute, flavors.ListOpts{}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		all, err := flavors.ExtractFlavors(pages)
		for _, one := range all {
			switch one.Name {
			case "m1.tiny":
				s.tinyID = one.ID
			case "m1.small":
				s.smallID = one.ID
			}
		}
		if err == nil && (s.tinyID == "" || s.smallID == "") {
			return fmt.Errorf("a flavor is missing among %d", len(all))
		}
		return err
	}},
	{"see availability zones and limits", func(s *session) error {
		pages, err := availabilityzones.List(s.compute).AllPages(s.ctx)
		if err != nil {
			return err
		}
		zones, err := availabilityzones.ExtractAvailabilityZones(pages)
		if err != nil {
			return err
		}
		if len(zones) == 0 || !zones[0].ZoneState.Available {
			return fmt.Errorf("no zone is available: %v", zones)
		}
		all, err := limits.Get(s.ctx, s.compute, limits.GetOpts{}).Extract()
		if err != nil {
			return err
		}
		return same("the number of servers in use", all.Absolute.TotalInstancesUsed, 0)
	}},
	{"have a key pair made, and see it", func(s *session) error {
		made, err := keypairs.Create(s.ctx, s.compute, keypairs.CreateOpts{Name: keyName, Type: "ssh", PublicKey: publicKey}).Extract()
		if err != nil {
			return err
		}
		seen, err := keypairs.Get(s.ctx, s.compute, keyName, keypairs.GetOpts{}).Extract()
		if err != nil {
			return err
		}
		return same("the fingerprint", seen.Fingerprint, made.Fingerprint)
	}},
}

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfLP7yfDXoq6X2Yf2yzoZ0yJvUjUV2aXW2PzqEzqVb gopher"

var imaging = []step{
	{"upload an image, and read the same bytes back", func(s *session) error {
		made, err := images.Create(s.ctx, s.image, images.CreateOpts{Name: "gopher-image", ContainerFormat: "bare", DiskFormat: "raw"}).Extract()
		if err != nil {
			return err
		}
		bits := bytes.Repeat([]byte("berth"), 20_000)
		if err = imagedata.Upload(s.ctx, s.image, made.ID, bytes.NewReader(bits)).ExtractErr(); err != nil {
			return err
		}
		reader, err := imagedata.Download(s.ctx, s.image, made.ID).Extract()
		if err != nil {
			return err
		}
		defer func() { _ = reader.Close() }()
		read, err := io.ReadAll(reader)
		if err != nil {
			return err
		}
		if !bytes.Equal(read, bits) {
			return fmt.Errorf("%d bytes came back, not the %d sent", len(read), len(bits))
		}
		s.imageID = made.ID
		return nil
	}},
	{"rename the image and list it", func(s *session) error {
		_, err := images.Update(s.ctx, s.image, s.imageID, images.UpdateOpts{images.ReplaceImageName{NewName: "gopher"}}).Extract()
		if err != nil {
			return err
		}
		pages, err := images.List(s.image, images.ListOpts{Name: "gopher"}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		found, err := images.ExtractImages(pages)
		if err != nil {
			return err
		}
		return same("the number of images of this name", len(found), 1)
	}},
}

var netting = []step{
	{"make a network with a subnet", func(s *session) error {
		made, err := networks.Create(s.ctx, s.network, networks.CreateOpts{Name: "gopher-net"}).Extract()
		if err != nil {
			return err
		}
		s.networkID = made.ID
		subnet, err := subnets.Create(s.ctx, s.network, subnets.CreateOpts{
			NetworkID: made.ID, CIDR: "10.77.0.0/24", IPVersion: 4, Name: "gopher-subnet",
		}).Extract()
		if err != nil {
			return err
		}
		s.subnetID = subnet.ID
		return same("the gateway", subnet.GatewayIP, "10.77.0.1")
	}},
	{"make a security group with a rule", func(s *session) error {
		made, err := groups.Create(s.ctx, s.network, groups.CreateOpts{Name: "gopher-group"}).Extract()
		if err != nil {
			return err
		}
		s.groupID = made.ID
		_, err = rules.Create(s.ctx, s.network, rules.CreateOpts{
			SecGroupID: made.ID, Direction: rules.DirIngress, EtherType: rules.EtherType4,
			Protocol: rules.ProtocolTCP, PortRangeMin: 22, PortRangeMax: 22,
		}).Extract()
		return err
	}},
	{"make a port", func(s *session) error {
		made, err := ports.Create(s.ctx, s.network, ports.CreateOpts{
			NetworkID: s.networkID, Name: "gopher-port", SecurityGroups: &[]string{s.groupID},
		}).Extract()
		if err != nil {
			return err
		}
		s.portID = made.ID
		return same("the number of its addresses", len(made.FixedIPs), 1)
	}},
}
